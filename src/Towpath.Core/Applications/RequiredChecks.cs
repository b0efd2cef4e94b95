using Towpath.Core.Facts;

namespace Towpath.Core.Applications;

/// <summary>Which checks of GitHub must have passed for the commit before it goes to an environment. Where a spec says nothing, none are asked about.</summary>
/// <param name="Names">Names of check runs or contexts of commit statuses; empty means every check that is known for the commit, and at least one.</param>
public sealed record RequiredChecks(IReadOnlyList<string> Names)
{
    private const string Actions = "github-actions";
    private const string Marked = "app:";

    /// <summary>Every check that is known for the commit, and at least one must have succeeded.</summary>
    public static RequiredChecks Every { get; } = new([]);

    public bool IsEvery => Names.Count == 0;

    /// <summary>
    /// Whether a check is the one that is asked for. <c>github-actions/NAME</c> and <c>app:SLUG/NAME</c> are check runs of that App and nothing else; a bare name, in which
    /// there may be slashes as well, is whatever has it, commit statuses included.
    /// </summary>
    public static bool IsAsked(string asked, CommitFact fact) => Of(asked) is var (app, name)
        ? fact.Kind == CommitFactKind.Check && string.Equals(fact.App, app, StringComparison.Ordinal) && string.Equals(fact.Name, name, StringComparison.Ordinal)
        : string.Equals(fact.Name, asked, StringComparison.Ordinal);

    private static (string App, string Name)? Of(string asked)
    {
        var text = asked.StartsWith(Marked, StringComparison.Ordinal) ? asked[Marked.Length..] : asked.StartsWith(Actions + "/", StringComparison.Ordinal) ? asked : "";
        return text.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? (text[..slash], text[(slash + 1)..]) : null;
    }
}
