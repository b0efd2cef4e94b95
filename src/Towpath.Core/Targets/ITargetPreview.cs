namespace Towpath.Core.Targets;

/// <summary>Says of a target of one kind what a deployment would change there, in detail. Changes nothing.</summary>
public interface ITargetPreview
{
    /// <summary>The target that it knows.</summary>
    string Kind { get; }

    Task<PreviewResult> PreviewAsync(PlanRequest request, CancellationToken cancellationToken);
}

public abstract record PreviewResult
{
    /// <param name="Differences">Empty where nothing would change.</param>
    public sealed record Previewed(IReadOnlyList<Difference> Differences) : PreviewResult;

    public sealed record Refused(string Reason, RefusalKind Kind = RefusalKind.Wrong) : PreviewResult;
}

/// <summary>One value that would be another.</summary>
/// <param name="Subject">What it belongs to, such as <c>task definition web</c>.</param>
/// <param name="Path">Where in it, such as <c>containerDefinitions[web].image</c>.</param>
/// <param name="Before">Null where there is none yet.</param>
/// <param name="After">Null where it would go.</param>
public sealed record Difference(string Subject, string Path, string? Before, string? After);
