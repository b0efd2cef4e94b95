namespace Towpath.Engine.Storage;

/// <summary>
/// One transaction, as data: state, journal entry, audit row, projection and effects are saved together or not at all. Each store
/// carries it out in its own best way: one round trip on PostgreSQL, its part of a group commit on SQLite.
/// </summary>
public sealed record Commit
{
    /// <summary>Written in the same transaction; an unknown outcome is read back by it.</summary>
    public string OperationId { get; init; } = Guid.CreateVersion7().ToString("N");

    /// <summary>Set by whoever works on a claimed row: the commit is refused when another node owns it now.</summary>
    public Fence? Fence { get; init; }

    /// <summary>Carried out in this order.</summary>
    public required IReadOnlyList<Change> Changes { get; init; }
}

/// <summary>The right to write for a claimed row. Tokens of a row only grow, also after a restored backup.</summary>
public sealed record Fence(string WorkId, long Token);

public abstract record CommitOutcome
{
    public sealed record Committed : CommitOutcome;

    /// <summary>Something that the commit expects is no longer so; nothing was saved. Read again and decide again.</summary>
    public sealed record Conflict(string What) : CommitOutcome;

    /// <summary>Another node owns the row now; nothing was saved.</summary>
    public sealed record Fenced : CommitOutcome;
}
