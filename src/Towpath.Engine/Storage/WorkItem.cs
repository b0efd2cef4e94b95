namespace Towpath.Engine.Storage;

/// <summary>One row of the work table.</summary>
public sealed record WorkItem
{
    /// <summary>Which handler does it, such as <c>deployment</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The line it stands in; only a queue's head is claimed, and lines are served in order.</summary>
    public required string Queue { get; init; }

    /// <summary>What it is about, such as a deployment id.</summary>
    public required string Subject { get; init; }
    public string? Payload { get; init; }

    /// <summary>What a node must have to claim it, such as <c>host:NAME</c>.</summary>
    public string? Capability { get; init; }

    /// <summary>Due this long after the commit, by the store's clock.</summary>
    public TimeSpan Delay { get; init; }
}

/// <summary>A row that this node works on, under a lease.</summary>
/// <param name="Id">The row.</param>
/// <param name="Kind">Which handler does it.</param>
/// <param name="Queue">The line it is the head of.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Payload">What else the handler needs.</param>
/// <param name="Token">The fencing token of this claim.</param>
/// <param name="Failures">How often in a row it ended with an exception.</param>
public sealed record ClaimedWork(string Id, string Kind, string Queue, string Subject, string? Payload, long Token, int Failures)
{
    public Fence Fence => new(Id, Token);
}

/// <summary>A row that was set aside after too many failures, for people to look at.</summary>
public sealed record SetAsideWork(string Id, string Kind, string Queue, string Subject, string Message, DateTimeOffset At);

/// <summary>One process that claims work.</summary>
/// <param name="Id">Unique to this start of this process.</param>
/// <param name="Name">For people.</param>
/// <param name="Capabilities">What it has; it claims rows that need none or one of these.</param>
/// <param name="Lease">How long a claim holds without a heartbeat.</param>
public sealed record NodeIdentity(string Id, string Name, IReadOnlyList<string> Capabilities, TimeSpan Lease)
{
    /// <summary>The lease that the takeover time of a hanging node follows from.</summary>
    public static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(15);
}
