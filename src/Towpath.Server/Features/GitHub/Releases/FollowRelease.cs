using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Core.Releases;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.Audit;
using Towpath.Server.Features.Builds;
using Towpath.Server.Features.GitHub.Commands;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Releases;

/// <summary>
/// A release was published: the build of the commit that its tag stands for gets the tag as its version, and its images get it as a tag, without a byte being
/// built or moved. Environments that take such tags then get it through their gates. Where there is no such build, the commit's status says so.
/// </summary>
public sealed class FollowRelease(
    IStore store, EngineServices services, Configurations configurations, RepositoryPins pins, GitHubRepositories repositories, ReleasesApi releases, RefsApi refs, RefStands stands, StatusesApi statuses,
    ReleasedImages images, Audits audits) : IGitHubWorkHandler
{
    public string Kind => PublishedWork.Kind;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(store, services, work, async () =>
    {
        var (id, number) = Numbers.Pair(work.Subject);
        if (await repositories.FindAsync(id, signals.Stop) is { } repository && await releases.FindAsync(repository.At, number, signals.Stop) is { Draft: false } release)
        {
            var belongs = await pins.OfAsync(await configurations.CurrentAsync(signals.Stop), repository.At.FullName, repository.Ids, signals.Stop);
            foreach (var application in belongs.Own.Where(a => a.Releases?.VersionOf(release.TagName) is not null)) await FollowAsync(application, repository.At, release, work, signals.Stop);
            foreach (var application in belongs.Others.Where(a => a.Releases?.VersionOf(release.TagName) is not null)) await RefuseAsync(application, release, belongs.Why!, work, signals.Stop);
        }

        await services.FinishAsync(work, [], signals.Stop);
    });

    private async Task FollowAsync(ApplicationSpec application, GitHubRepository repository, GitHubRelease release, ClaimedWork work, CancellationToken cancellationToken)
    {
        var setting = PublishedWork.Setting(work.Subject, application.Name);
        var known = await store.Configuration.SettingAsync(setting, cancellationToken) is { } text ? JsonSerializer.Deserialize(text, CoreJson.Default.ReleaseRecord) : null;
        if (await CommitAsync(repository, release.TagName, cancellationToken) is not { } commit)
            throw new IOException($"GitHub has no tag {PlainText.Of(release.TagName, 100)} of {repository} yet, which was published as a release");
        var publisher = await store.Configuration.SettingAsync(PublishedWork.Publisher(work.Subject), cancellationToken);
        var record = known is { IsDone: true } ? known : await DecideAsync(application, release, commit, publisher, work.Fence, setting, known, cancellationToken);
        await ReportAsync(application, repository, commit, record, cancellationToken);
    }

    /// <summary>A repository that has only the name of the application's. It is told to nobody there.</summary>
    private async Task RefuseAsync(ApplicationSpec application, GitHubRelease release, string why, ClaimedWork work, CancellationToken cancellationToken)
    {
        var setting = PublishedWork.Setting(work.Subject, application.Name);
        if (await store.Configuration.SettingAsync(setting, cancellationToken) is not null) return;
        var (record, changes) = Refused(application, release, why);
        Change[] all = [.. changes, new Change.SaveSetting(setting, JsonSerializer.Serialize(record, CoreJson.Default.ReleaseRecord))];
        if (await store.CommitAsync(new Commit { Fence = work.Fence, Changes = all }, cancellationToken) is CommitOutcome.Fenced) throw new OwnershipLostException();
    }

    /// <summary>The release's own field may name a branch; the tag says what it is of.</summary>
    private async Task<string?> CommitAsync(GitHubRepository repository, string tag, CancellationToken cancellationToken) =>
        await refs.FindAsync(repository, $"refs/tags/{tag}", cancellationToken) is { } found ? await stands.CommitAsync(repository, found.Object, cancellationToken) : null;

    private async Task<ReleaseRecord> DecideAsync(
        ApplicationSpec application, GitHubRelease release, string commit, string? publisher, Fence fence, string setting, ReleaseRecord? known, CancellationToken cancellationToken)
    {
        while (true)
        {
            var labelled = await store.Builds.FindByVersionAsync(application.Name, release.TagName, cancellationToken);
            // What was built for a pull request goes to its previews only, and is no release.
            Build[] builds = [.. (await store.Builds.OfCommitAsync(application.Name, commit, cancellationToken)).Where(b => b.Pull is null), .. labelled is null ? [] : new[] { labelled }];
            var (record, changes) = ReleasePublication.Decide(application.Releases!, application.Name, release.TagName, commit, builds) switch
            {
                ReleasePublication.Promote promote => await PromoteAsync(application, promote, release, publisher, cancellationToken),
                ReleasePublication.Already already => (new ReleaseRecord(true, $"{already.Version} is the build of {already.Build.ShortCommit}, {already.Build.Digest.Short}"), []),
                ReleasePublication.Refused refused => Refused(application, release, refused.Reason),
                var other => throw new InvalidOperationException($"nothing is known of {other.GetType().Name}"),
            };
            if (record == known) return record;
            Change[] all = [.. changes, new Change.SaveSetting(setting, JsonSerializer.Serialize(record, CoreJson.Default.ReleaseRecord))];
            switch (await store.CommitAsync(new Commit { Fence = fence, Changes = all }, cancellationToken))
            {
                case CommitOutcome.Committed: return record;
                case CommitOutcome.Fenced: throw new OwnershipLostException();
            }
        }
    }

    private async Task<(ReleaseRecord Record, Change[] Changes)> PromoteAsync(
        ApplicationSpec application, ReleasePublication.Promote promote, GitHubRelease release, string? publisher, CancellationToken cancellationToken)
    {
        if (await images.TagAsync(application, promote.Build, promote.Version, cancellationToken) is { } no) return Refused(application, release, no);
        var now = services.Time.GetUtcNow();
        // Who drafted it, mostly this App, is not who published it.
        var by = publisher ?? Build.Nobody;
        var build = promote.Build with
        {
            Id = Guid.CreateVersion7(now).ToString("N"), Version = promote.Version, Tag = promote.Version, Branch = null, ReportedBy = by, ReportedAt = now,
            Hands = [.. promote.Build.AllHands(), .. release.Author is { Login: { Length: > 0 } author } ? [author] : Array.Empty<string>()],
        };
        var details = new JsonObject
        {
            ["build"] = build.Id, ["of"] = promote.Build.Id, ["version"] = build.Version, ["digest"] = build.Digest.Value, ["commit"] = build.Commit, ["release"] = release.Id,
        };
        var changes = new List<Change> { new Change.RecordBuild(build), audits.Of(by, "build.released", application.Name, details) };
        if (application.Environments.Any(environment => environment.AutoDeploy is not null)) changes.Add(PromoteAutomatically.Work(build));
        return (new ReleaseRecord(true, $"{build.Version} is the build of {build.ShortCommit}, {build.Digest.Short}"), [.. changes]);
    }

    private (ReleaseRecord Record, Change[] Changes) Refused(ApplicationSpec application, GitHubRelease release, string reason) => (
        new ReleaseRecord(false, reason),
        [audits.Of(AuditTrail.Towpath, "release.refused", application.Name, new JsonObject { ["tag"] = PlainText.Of(release.TagName, 200), ["release"] = release.Id, ["reason"] = reason })]);

    /// <summary>Where people look who published it. Told once: what it says already is not said again.</summary>
    private async Task ReportAsync(ApplicationSpec application, GitHubRepository repository, string commit, ReleaseRecord record, CancellationToken cancellationToken)
    {
        var status = new NewCommitStatus { State = record.IsDone ? CommitState.Success : CommitState.Failure, Context = $"towpath/release/{application.Name}", Description = StatusesApi.Shown(record.Note) };
        await foreach (var newest in statuses.ListAsync(repository, commit, cancellationToken))
        {
            if (!string.Equals(newest.Context, status.Context, StringComparison.Ordinal)) continue;
            if (string.Equals(newest.State, record.IsDone ? "success" : "failure", StringComparison.Ordinal) && string.Equals(newest.Description, status.Description, StringComparison.Ordinal)) return;
            break;
        }

        await statuses.ReportAsync(repository, commit, status, cancellationToken);
    }
}
