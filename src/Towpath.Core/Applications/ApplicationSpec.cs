using System.Text.Json.Nodes;
using Towpath.Core.Artifacts;
using Towpath.Core.Calendars;
using Towpath.Core.Previews;
using Towpath.Core.Releases;

namespace Towpath.Core.Applications;

/// <summary>One application as <c>apps/&lt;slug&gt;.yaml</c> describes it, with the organization's defaults merged in.</summary>
public sealed record ApplicationSpec
{
    /// <summary>The slug; equals the file name without <c>.yaml</c>.</summary>
    public required string Name { get; init; }
    public string? Title { get; init; }

    /// <summary>GitHub <c>owner/name</c>.</summary>
    public string? Repository { get; init; }

    /// <summary>Patterns of the files whose changes concern it, where it is only a part of its repository; empty for all of it.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];
    public required IReadOnlyList<ArtifactSpec> Artifacts { get; init; }

    /// <summary>The first pattern that can be filled in gives the version label.</summary>
    public IReadOnlyList<string> VersionPatterns { get; init; } = ["sha-{short_sha}"];

    /// <summary>In the order of the file, which is the order of the board.</summary>
    public required IReadOnlyList<EnvironmentSpec> Environments { get; init; }

    /// <summary>Which workflow runs may report builds.</summary>
    public BuildRules Builds { get; init; } = BuildRules.Standard;

    /// <summary>How releases are drafted; null where Towpath has nothing to do with them.</summary>
    public ReleaseRules? Releases { get; init; }

    /// <summary>An environment of their own for pull requests; null where there are none.</summary>
    public PreviewSpec? Previews { get; init; }

    /// <summary>How GitHub shows its deployments.</summary>
    public GitHubDisplay GitHub { get; init; } = GitHubDisplay.Standard;

    /// <summary>An environment of the file, or the slot of a pull request such as <c>pr-42</c>.</summary>
    public EnvironmentSpec? FindEnvironment(string name) =>
        Environments.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.Ordinal))
        ?? (Previews is { } previews && PreviewSlot.TryParse(name) is { } slot ? previews.EnvironmentOf(slot) : null);
}

/// <param name="Deployments">Whether each deployment is a GitHub Deployment, too.</param>
/// <param name="Environment">GitHub's name of an environment, with placeholders.</param>
public sealed record GitHubDisplay(bool Deployments, string Environment)
{
    public static GitHubDisplay Standard { get; } = new(true, "{environment}");

    public string NameOf(string application, string environment) =>
        Environment.Replace("{slug}", application, StringComparison.Ordinal).Replace("{environment}", environment, StringComparison.Ordinal);
}

/// <param name="Name"><see cref="Artifact.DefaultName"/> where the file says <c>artifact:</c>.</param>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Source">Where they are, with placeholders such as <c>{sha}</c>.</param>
public sealed record ArtifactSpec(string Name, ArtifactKind Kind, string Source)
{
    /// <summary>How many the registry keeps; containers only.</summary>
    public ArtifactKeep Keep { get; init; } = ArtifactKeep.Default;
}

/// <param name="Tagged">The latest tagged ones that stay, for each pattern of tags.</param>
/// <param name="UntaggedDays">After how many days untagged ones go.</param>
public sealed record ArtifactKeep(int Tagged, int UntaggedDays)
{
    public static ArtifactKeep Default { get; } = new(30, 30);
}

/// <summary>A named place with its policy and its one target.</summary>
public sealed record EnvironmentSpec
{
    public required string Name { get; init; }
    public AutoDeploy? AutoDeploy { get; init; }

    /// <summary>Direct predecessors: this artifact must have succeeded in each.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>How long ago this artifact must have succeeded in each of them; null where that does not matter.</summary>
    public TimeSpan? Soak { get; init; }

    /// <summary>Whose yes it needs; all of these.</summary>
    public IReadOnlyList<ApprovalNeed> Approvals { get; init; } = [];
    public ApprovalTerms ApprovalTerms { get; init; } = ApprovalTerms.Standard;

    /// <summary>When nothing may be deployed here.</summary>
    public IReadOnlyList<CalendarRule> Freezes { get; init; } = [];

    /// <summary>When something may be deployed here; empty for always.</summary>
    public IReadOnlyList<CalendarRule> Windows { get; init; } = [];

    /// <summary>Which checks of GitHub the commit must have passed; null where none are asked about.</summary>
    public RequiredChecks? RequiredChecks { get; init; }
    public OnFailure OnFailure { get; init; } = OnFailure.Rollback;
    public required TargetSpec Target { get; init; }
    public IReadOnlyList<VerificationSpec> Verify { get; init; } = [];

    /// <summary>Where people find it.</summary>
    public string? Url { get; init; }

    /// <summary>The application's variables with the environment's own over them.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Which builds are promoted here by themselves. A spec sets exactly one of branch and tag pattern; both mean either.</summary>
public sealed record AutoDeploy(string? Branch, string? Tag)
{
    /// <param name="branch">The branch, where there is one.</param>
    /// <param name="tag">The git tag, where there is one.</param>
    /// <param name="application">The slug, for <c>{slug}</c> in the pattern of tags.</param>
    public bool Includes(string? branch, string? tag, string application) =>
        (Branch is not null && branch is not null && AnchoredPattern.IsMatch(Branch, branch))
        || (Tag is not null && tag is not null && AnchoredPattern.IsMatch(Tag.Replace("{slug}", application, StringComparison.Ordinal), tag));
}

public enum OnFailure
{
    /// <summary>Put back the digest that last succeeded.</summary>
    Rollback,

    /// <summary>Leave the failed version where it is, for people to look at.</summary>
    Stay,
}

/// <summary>Where an environment deploys to. The settings' grammar belongs to the target that registers <paramref name="Kind"/>.</summary>
public sealed record TargetSpec(string Kind, JsonObject Settings)
{
    /// <summary>Contents of the files it brings from beside the spec, by name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>One proof after the switch, such as <c>http</c> or <c>command</c>, with the settings that its grammar allows.</summary>
/// <param name="Kind">The kind of verification.</param>
/// <param name="Settings">As written, with durations in seconds under the same key.</param>
/// <param name="Files">Contents of the files it brings from beside the spec, by name.</param>
public sealed record VerificationSpec(string Kind, JsonObject Settings, IReadOnlyDictionary<string, string> Files);
