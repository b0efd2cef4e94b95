namespace Towpath.Core.Previews;

public enum PreviewState
{
    /// <summary>A commit was asked to go there.</summary>
    Standing,

    /// <summary>It is being taken down.</summary>
    Ending,

    Ended,

    /// <summary>It waits for CI's build of the commit.</summary>
    Waiting,

    /// <summary>There will be none.</summary>
    Refused,
}

/// <summary>How the preview of one slot stands.</summary>
/// <param name="State">What was done last.</param>
/// <param name="Note">For people, in plain text that may hold anybody's words.</param>
public sealed record PreviewRecord(PreviewState State, string Note)
{
    /// <summary>The commit that was last asked to go there, or waits for its build.</summary>
    public string? Sha { get; init; }

    public string? Deployment { get; init; }

    /// <summary>Whether there is, or may be, something to take down.</summary>
    public bool IsThere => State is PreviewState.Standing or PreviewState.Ending;
}
