namespace Towpath.Engine.Work;

/// <summary>How one node works.</summary>
public sealed record EngineOptions
{
    /// <summary>For people, in logs and on the board.</summary>
    public string NodeName { get; init; } = "node";

    /// <summary>What this node has, such as <c>host:NAME</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>How many rows it works on at once; keeps one node from claiming everything.</summary>
    public int Slots { get; init; } = 48;

    public TimeSpan Lease { get; init; } = Storage.NodeIdentity.DefaultLease;

    /// <summary>The net under wake-ups: how long it waits at most before it looks again.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often it looks for nodes that died.</summary>
    public TimeSpan Reap { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long steps on their way may take to end after SIGTERM before they are handed over half-way.</summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a row may fail in a row before it is set aside; a deployment then needs attention, or has failed where it had not started.</summary>
    public int SetAsideAfter { get; init; } = 8;

    /// <summary>Whether this node also does recurring work such as sealing the audit log.</summary>
    public bool Recurring { get; init; } = true;
}
