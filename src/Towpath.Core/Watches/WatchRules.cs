using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Facts;
using Towpath.Core.Previews;

namespace Towpath.Core.Watches;

/// <summary>Which watches a push makes.</summary>
public static class WatchRules
{
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";

    /// <param name="applications">All of the configuration in force.</param>
    /// <param name="name">The repository as <c>owner/name</c>; case does not matter, as on GitHub.</param>
    /// <param name="moved">Where the ref stands now; a deleted one makes none.</param>
    public static IReadOnlyList<Watch> Of(IEnumerable<ApplicationSpec> applications, string name, RefFact moved)
    {
        if (moved.Sha is not { } sha) return [];
        var (branch, tag) = (BranchOf(moved.Ref), TagOf(moved.Ref));
        return
        [
            .. applications.Where(application => string.Equals(application.Repository, name, StringComparison.OrdinalIgnoreCase))
                .SelectMany(application => application.Environments
                    .Where(environment => environment.AutoDeploy?.Includes(branch, tag, application.Name) is true)
                    .Select(environment => new Watch(moved.RepositoryId, sha, moved.Ref, new EnvironmentKey(application.Name, environment.Name)))),
        ];
    }

    /// <summary>The watch for a preview's commit.</summary>
    public static Watch Of(string application, PullFact pull, PreviewSlot slot) =>
        new(pull.RepositoryId, pull.HeadSha, RefOf(pull.Number), new EnvironmentKey(application, slot.ToString()));

    /// <summary>
    /// Where the head of a pull request stands; nowhere when it is closed. It has no time: what GitHub tells is when anything changed in the pull request, our own
    /// comment included, and that is no push that would ask for a failed deployment again.
    /// </summary>
    public static RefFact StandOf(PullFact pull) =>
        new(pull.RepositoryId, RefOf(pull.Number), pull.IsOpen ? pull.HeadSha : null, DateTimeOffset.MinValue) { IsDisputed = pull.IsDisputed };

    private static string RefOf(long pull) => $"refs/pull/{pull}/head";

    /// <summary>Whether a push is the build, since there are no bytes but the commit; else CI reports one.</summary>
    public static bool IsItsCommit(ApplicationSpec application) => application.Artifacts.All(artifact => artifact.Kind == ArtifactKind.Commit);

    /// <summary>The name of a branch without <c>refs/heads/</c>; null for other refs.</summary>
    public static string? BranchOf(string name) => After(Branches, name);

    /// <summary>The name of a tag without <c>refs/tags/</c>; null for other refs.</summary>
    public static string? TagOf(string name) => After(Tags, name);

    private static string? After(string prefix, string text) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;
}
