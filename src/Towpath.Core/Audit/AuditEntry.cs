using Towpath.Core.Deployments;

namespace Towpath.Core.Audit;

/// <summary>One line of who did what, when and why. Written in the transaction of what it records.</summary>
public sealed record AuditEntry
{
    /// <summary>A version-7 UUID in 32 hexadecimal digits.</summary>
    public required string Id { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The user, or <c>towpath</c> for what it did by itself.</summary>
    public required string Actor { get; init; }

    /// <summary>A stable name such as <c>deployment.started</c>.</summary>
    public required string Action { get; init; }
    public string? Application { get; init; }
    public string? Environment { get; init; }
    public DeploymentId? Deployment { get; init; }

    /// <summary>A JSON object with what the decision rested on, without secrets.</summary>
    public string Details { get; init; } = "{}";
}

/// <summary>The last link of the chain: how many entries are sealed, and the hash over all of them.</summary>
public sealed record ChainHead(long Position, string Hash)
{
    /// <summary>Before the first entry.</summary>
    public static ChainHead Genesis { get; } = new(0, new string('0', 64));
}

/// <summary>Where an entry stands in the chain. The hash covers the previous hash and the entry's canonical text.</summary>
public sealed record AuditSeal(string EntryId, long Position, string Hash);

public sealed record SealedAuditEntry(long Position, string Hash, AuditEntry Entry);
