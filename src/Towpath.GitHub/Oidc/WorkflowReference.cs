using System.Text.RegularExpressions;

namespace Towpath.GitHub.Oidc;

/// <summary>A workflow file at a ref: <c>acme/web/.github/workflows/build.yml@refs/heads/main</c>.</summary>
/// <param name="Repository">Such as <c>acme/web</c>.</param>
/// <param name="Path">Such as <c>.github/workflows/build.yml</c>.</param>
/// <param name="Ref">A full ref, or a commit.</param>
public sealed partial record WorkflowReference(string Repository, string Path, string Ref)
{
    /// <summary>Null where the text is anything else.</summary>
    public static WorkflowReference? Parse(string text) =>
        Form().Match(text) is { Success: true } match ? new WorkflowReference(match.Groups["repository"].Value, match.Groups["path"].Value, match.Groups["ref"].Value) : null;

    public override string ToString() => $"{Repository}/{Path}@{Ref}";

    // Neither a file's name before the @ nor the ref after it is split anywhere else: the path ends at the first @ behind its ending.
    [GeneratedRegex(@"\A(?<repository>[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)/(?<path>[^@\s]{1,500}\.ya?ml)@(?<ref>(refs/\S{1,1000})|[0-9a-f]{40}|[0-9a-f]{64})\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
