using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Oidc;

namespace Towpath.AwsEmulator;

/// <summary>What every service is made with: the clock, the state and the script.</summary>
public sealed class EmulatorWorld
{
    public EmulatorWorld(EmulatorOptions options)
    {
        Options = options;
        Script = new Script(options);
        State = new EmulatorState(this);
        Authorization = new Authorization(this);
        Issuers = new IssuerBook(options.Time);
        Credentials = new CredentialBook(this);
    }

    public EmulatorOptions Options { get; }

    public TimeProvider Time => Options.Time;

    public DateTimeOffset Now => Time.GetUtcNow();

    public EmulatorState State { get; }

    public Script Script { get; }

    public Journal Calls { get; } = new();

    public IssuerBook Issuers { get; }

    public CredentialBook Credentials { get; }

    internal Authorization Authorization { get; }

    /// <summary>Known once the emulator listens.</summary>
    public Uri Url { get; internal set; } = new("http://127.0.0.1");

    /// <summary>Whether the caller may do something beside what the call itself needs.</summary>
    internal bool MayAlso(EmulatorCall call, NeededPermission need) => Authorization.RefusalOf(call, need) is null;
}
