namespace Towpath.AwsEmulator.Calling;

/// <summary>What is to happen to coming calls. Change it while the emulator runs.</summary>
public sealed class Script
{
    /// <summary>Awaited when a call is about to be handled.</summary>
    public Func<EmulatorCall, Task>? OnBefore { get; set; }

    /// <summary>Awaited when a call has had its effect and the client has not seen the answer yet.</summary>
    public Func<EmulatorCall, Task>? OnAfter { get; set; }
}
