using System.Collections.Concurrent;
using Towpath.Core.Applications;
using Towpath.Core.Releases;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Releases;

/// <summary>Brings an application's draft release up to date: made where there is none, edited where it says something else. Drafts of people are left alone.</summary>
public sealed partial class UpdateDraft(
    IStore store, EngineServices services, Configurations configurations, GitHubRepositories repositories, RepositoriesApi details, ReleasesApi releases, ReleaseCommits commits) : IGitHubWorkHandler
{
    /// <summary>What was said of applications whose name another repository has: looked at every ten minutes, it would be said every ten minutes.</summary>
    private readonly ConcurrentDictionary<string, string> _said = new(StringComparer.Ordinal);

    public string Kind => DraftWork.Kind;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(store, services, work, async () =>
    {
        var configuration = await configurations.CurrentAsync(signals.Stop);
        if (configuration.FindApplication(work.Subject) is { Releases: { } rules } application
            && await FindAsync(application, signals.Stop) is { } repository
            && await details.FindAsync(repository.At, signals.Stop) is { DefaultBranch: { } branch })
            await BringAsync(application, rules, repository.At, branch, signals.Stop);
        await services.FinishAsync(work, [], signals.Stop);
    });

    private async Task<KnownRepository?> FindAsync(ApplicationSpec application, CancellationToken cancellationToken)
    {
        try
        {
            var found = await repositories.FindOwnAsync(application, cancellationToken);
            _said.TryRemove(application.Name, out _);
            return found;
        }
        catch (GitHubConfigurationException another) when (another.Kind != RefusalKind.Technical)
        {
            if (!_said.TryGetValue(application.Name, out var said) || said != another.Explanation) Log.NoDraft(services.Logger, application.Name, another.Explanation);
            _said[application.Name] = another.Explanation;
            return null;
        }
    }

    private async Task BringAsync(ApplicationSpec application, ReleaseRules rules, GitHubRepository repository, string branch, CancellationToken cancellationToken)
    {
        if (await commits.CommitAsync(application, repository, branch, cancellationToken) is not { } commit) return;
        var there = new List<GitHubRelease>();
        await foreach (var release in releases.ListAsync(repository, cancellationToken)) there.Add(release);
        KnownRelease[] known = [.. there.Select(r => new KnownRelease(r.Id, r.TagName, r.Draft, r.Body ?? ""))];
        var last = ReleaseDrafts.Last(rules, known);
        var merged = await commits.PullsAsync(repository, last == SemVersion.Zero ? null : TagOf(rules, known, last), commit, branch, cancellationToken);
        if (ReleaseDrafts.Plan(rules, application.Name, commit, known, merged) is not { } draft) return;
        var text = new ReleaseText { TagName = draft.Tag, TargetCommitish = draft.Commit, Name = draft.Tag, Body = draft.Notes };
        if (draft.Update is not { } id) await releases.CreateAsync(repository, text with { Draft = true }, cancellationToken);
        else if (there.First(r => r.Id == id) is var before && !Says(before, text)) await ChangeAsync(repository, before, text, cancellationToken);
    }

    /// <summary>A name of a person's own stays. Looked at again just before: what somebody published meanwhile is nobody's draft any more.</summary>
    private async Task ChangeAsync(GitHubRepository repository, GitHubRelease before, ReleaseText text, CancellationToken cancellationToken)
    {
        if (await releases.FindAsync(repository, before.Id, cancellationToken) is not { Draft: true } now) return;
        await releases.ChangeAsync(repository, before.Id, string.Equals(now.Name, now.TagName, StringComparison.Ordinal) ? text : text with { Name = null }, cancellationToken);
    }

    private static bool Says(GitHubRelease release, ReleaseText text) =>
        string.Equals(release.TagName, text.TagName, StringComparison.Ordinal) && string.Equals(release.TargetCommitish, text.TargetCommitish, StringComparison.Ordinal)
        && string.Equals((release.Body ?? "").ReplaceLineEndings("\n").TrimEnd(), text.Body!.TrimEnd(), StringComparison.Ordinal);

    private static string TagOf(ReleaseRules rules, IEnumerable<KnownRelease> known, SemVersion version) => known.First(r => !r.IsDraft && rules.VersionOf(r.Tag) == version).Tag;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Application}: there is no draft of its next release: {Why}")]
        public static partial void NoDraft(ILogger logger, string application, string why);
    }
}
