namespace Towpath.Core.Targets;

/// <summary>Checks that everything a target of one kind needs is there, before anything is changed: <c>towpath verify</c>.</summary>
public interface ITargetInspection
{
    /// <summary>The target that it knows.</summary>
    string Kind { get; }

    Task<Finding> InspectAsync(TargetLook look, CancellationToken cancellationToken);
}

/// <summary>One thing that was looked at, and what belongs to it.</summary>
/// <param name="Subject">Such as <c>service web</c>.</param>
/// <param name="State">What was found.</param>
/// <param name="Detail">What it is, why it was skipped, or what is wrong and what to do.</param>
/// <param name="Children">What belongs to it.</param>
public sealed record Finding(string Subject, FindingState State, string? Detail = null, params IReadOnlyList<Finding> Children)
{
    /// <summary>Wrong where anything in it is, skipped where nothing of it could be looked at, else ok.</summary>
    public static Finding Of(string subject, IReadOnlyList<Finding> children)
    {
        var isDenied = children.Any(c => c.IsDenied) && children.All(c => c.State == FindingState.Skipped);
        var state = children.Any(c => c.IsWrong) ? FindingState.Wrong : isDenied ? FindingState.Skipped : FindingState.Ok;
        return new Finding(subject, state, null, children) { IsDenied = isDenied };
    }

    public bool IsWrong => State == FindingState.Wrong || Children.Any(c => c.IsWrong);

    /// <summary>Nothing of it could be looked at, since the caller may not. Some of it: only the children say so.</summary>
    public bool IsDenied { get; init; }
}

public enum FindingState
{
    Ok,

    /// <summary>Not looked at, since something before it is wrong, the spec names none, or the caller may not look.</summary>
    Skipped,

    Wrong,
}
