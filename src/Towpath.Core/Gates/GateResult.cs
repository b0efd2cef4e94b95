namespace Towpath.Core.Gates;

public enum GateState
{
    Open,
    Closed,
}

/// <summary>
/// What a gate found, as facts: stored with the deployment and in the audit log, put into words only when shown
/// (<c>GateWords</c>), so that better words explain old decisions too.
/// </summary>
public sealed record GateResult
{
    /// <summary>The version of the facts' meaning, raised when a fact is renamed.</summary>
    public int Format { get; init; } = 1;
    public required string Gate { get; init; }
    public required GateState State { get; init; }
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    public IReadOnlyList<GateResult> Children { get; init; } = [];

    /// <summary>For a gate that looks at a clock: the instant at which its answer may change, from closed to open or back.</summary>
    public DateTimeOffset? Until { get; init; }

    public bool IsOpen => State == GateState.Open;

    /// <summary>The earliest instant anywhere in the tree at which an answer may change by itself.</summary>
    public DateTimeOffset? NextInstant()
    {
        var earliest = Until;
        foreach (var child in Children)
            if (child.NextInstant() is { } instant && (earliest is null || instant < earliest)) earliest = instant;
        return earliest;
    }
}
