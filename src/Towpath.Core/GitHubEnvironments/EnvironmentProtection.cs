using Towpath.Core.Applications;

namespace Towpath.Core.GitHubEnvironments;

/// <summary>What protects an environment of GitHub: as the spec wants it, or as it was found there (row N5).</summary>
public sealed record EnvironmentProtection
{
    /// <summary>GitHub takes six; one of them suffices there.</summary>
    public const int MostReviewers = 6;

    /// <summary>Stands for any depth while a pattern is put together; no ref has this character.</summary>
    private const string Deep = "\0";

    /// <summary>GitHub waits 30 days at most.</summary>
    public const int LongestWait = 43_200;

    public required string Name { get; init; }
    public IReadOnlyList<Reviewer> Reviewers { get; init; } = [];
    public bool PreventsSelfReview { get; init; }

    /// <summary>Minutes before a job may begin.</summary>
    public int WaitMinutes { get; init; }

    /// <summary>Which refs may deploy there; null where all may.</summary>
    public IReadOnlyList<RefPattern>? Refs { get; init; }

    /// <summary>GitHub's own choice of refs: those that are protected. It leaves no room for <see cref="Refs"/>.</summary>
    public bool OnlyProtectedBranches { get; init; }

    /// <param name="name">GitHub's name of the environment.</param>
    /// <param name="environment">Its spec; what deploys by itself says which refs may.</param>
    /// <param name="reviewers">Who has the roles that approve, as GitHub knows them. Where Towpath asks them itself, none.</param>
    public static EnvironmentProtection Of(string name, EnvironmentSpec environment, string application, IReadOnlyList<Reviewer> reviewers) => new()
    {
        Name = name,
        Reviewers = [.. reviewers.Distinct()],
        PreventsSelfReview = reviewers.Count > 0,
        Refs = environment.AutoDeploy is { } rule ? [.. PatternsOf(rule, application)] : null,
    };

    private static IEnumerable<RefPattern> PatternsOf(AutoDeploy rule, string application)
    {
        if (rule.Branch is { } branch) foreach (var pattern in ToGitHub(branch)) yield return new RefPattern(IsTag: false, pattern);
        if (rule.Tag is { } tag) foreach (var pattern in ToGitHub(tag.Replace("{slug}", application, StringComparison.Ordinal))) yield return new RefPattern(IsTag: true, pattern);
    }

    /// <summary>
    /// GitHub's <c>*</c> crosses no slash either. What crosses them there is <c>**/</c>, and only where a segment begins (File.fnmatch of Ruby, with FNM_PATHNAME): so
    /// <c>v**</c> takes two patterns, <c>v*</c> and <c>v*/**/*</c>.
    /// </summary>
    private static IEnumerable<string> ToGitHub(string pattern)
    {
        var whole = string.Join('/', pattern.Split('/').Select(segment => segment == "**" ? Deep : segment));
        return Spread(whole).Select(spread => spread.Replace(Deep, "**/*", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Spread(string pattern)
    {
        var at = pattern.IndexOf("**", StringComparison.Ordinal);
        if (at < 0) return [pattern];
        var (before, after) = (pattern[..at], pattern[(at + 2)..]);
        return [.. Spread($"{before}*{after}"), .. Spread($"{before}*/{Deep}{after}")];
    }
}

/// <param name="IsTeam">A team of the organization, else a person.</param>
/// <param name="Name">The team's slug or the person's login.</param>
public sealed record Reviewer(bool IsTeam, string Name)
{
    public override string ToString() => $"{(IsTeam ? "team" : "person")} {Name}";
}

/// <summary>A pattern of branches or tags, as GitHub's environments have them.</summary>
public sealed record RefPattern(bool IsTag, string Pattern)
{
    public override string ToString() => $"{(IsTag ? "tags" : "branches")} {Pattern}";
}
