using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Changes;

/// <summary>What only matters for a while.</summary>
internal static class Pruning
{
    /// <summary>Each with the age in microseconds as its argument.</summary>
    public static IReadOnlyList<Statement> Statements { get; } =
    [
        new("DELETE FROM operations WHERE at < {now} - $1"),
        new("DELETE FROM sessions WHERE expires_at < {now} - $1"),
        new("DELETE FROM used_tokens WHERE forget_at < {now} - $1"),
        new("DELETE FROM work_set_aside WHERE at < {now} - $1 - 7776000000000"),
    ];
}
