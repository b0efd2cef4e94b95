namespace Towpath.Core.Applications;

/// <summary>Which workflow runs may report builds of an application: <c>builds</c> of an app spec. The repository is always its own, by GitHub's ids.</summary>
public sealed record BuildRules
{
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";
    private const string Folder = ".github/workflows/";

    public static BuildRules Standard { get; } = new();

    /// <summary>Patterns of full refs; empty for the branches and tags that <c>auto_deploy</c> names.</summary>
    public IReadOnlyList<string> Refs { get; init; } = [];

    /// <summary>Patterns of files in <c>.github/workflows</c>, or of reusable workflows with their repository and ref; empty for any of the repository's own.</summary>
    public IReadOnlyList<string> Workflows { get; init; } = [];

    /// <summary>The repository, where the spec says it itself; null where GitHub is asked.</summary>
    public RepositoryIds? Ids { get; init; }

    /// <summary>The patterns of refs that count for this application.</summary>
    public IReadOnlyList<string> RefsOf(ApplicationSpec application) => Refs.Count > 0 ? Refs :
    [
        .. application.Environments.Select(environment => environment.AutoDeploy).OfType<AutoDeploy>()
            .SelectMany(rule => (string?[])[Full(Branches, rule.Branch), Full(Tags, rule.Tag?.Replace("{slug}", application.Name, StringComparison.Ordinal))])
            .OfType<string>().Where(IsRefPattern).Distinct(StringComparer.Ordinal),
    ];

    /// <param name="path">The file that was started, such as <c>.github/workflows/build.yml</c>.</param>
    /// <param name="job">The file that the job stands in, with its repository and ref.</param>
    public bool AllowsWorkflow(string path, string job) => Workflows.Count == 0 || Workflows.Any(pattern => AnchoredPattern.IsMatch(pattern, IsReusable(pattern) ? job : path));

    /// <summary>What a spec writes as a full pattern: <c>main</c> is a branch.</summary>
    public static string RefPattern(string text) => text.StartsWith("refs/", StringComparison.Ordinal) ? text : Branches + text;

    /// <summary>What a spec writes as a full pattern: <c>build.yml</c> lies in the folder of the workflows.</summary>
    public static string WorkflowPattern(string text) => text.Contains('/', StringComparison.Ordinal) ? text : Folder + text;

    /// <summary>Of branches or tags, and never of all of them.</summary>
    public static bool IsRefPattern(string text)
    {
        var name = text.StartsWith(Branches, StringComparison.Ordinal) ? text[Branches.Length..] : text.StartsWith(Tags, StringComparison.Ordinal) ? text[Tags.Length..] : text;
        return text.Length <= 255 && !name.StartsWith("refs/", StringComparison.Ordinal) && NamesSomething(name) && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
    }

    /// <summary>A file of the repository's own, or one of another repository at a ref; never any.</summary>
    public static bool IsWorkflowPattern(string text)
    {
        if (text.Length > 500 || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) return false;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var path = at < 0 ? text : text[..at];
        var file = path[(path.LastIndexOf('/') + 1)..];
        if (!NamesSomething(WithoutEnding(file)) || WithoutEnding(file).Length == file.Length) return false;
        if (at < 0) return path.Length == file.Length || path == Folder + file;
        return path.EndsWith('/' + Folder + file, StringComparison.Ordinal) && Grammar.Texts.IsRepository(path[..^(Folder.Length + file.Length + 1)]) && NamesSomething(text[(at + 1)..].Replace("refs/heads/", "", StringComparison.Ordinal).Replace("refs/tags/", "", StringComparison.Ordinal));
    }

    private static string WithoutEnding(string file) =>
        file.EndsWith(".yml", StringComparison.Ordinal) ? file[..^4] : file.EndsWith(".yaml", StringComparison.Ordinal) ? file[..^5] : file;

    private static bool NamesSomething(string text) => text.Any(char.IsAsciiLetterOrDigit);

    private static bool IsReusable(string pattern) => pattern.Contains('@', StringComparison.Ordinal);

    private static string? Full(string space, string? pattern) => pattern is null ? null : space + pattern;
}

/// <summary>GitHub's ids, which stay when names change.</summary>
public sealed record RepositoryIds(long Repository, long Owner);
