using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;
using Towpath.Core.Previews;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Commands;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Status;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>
/// Brings the previews of one pull request to where they should be as it stands now, whatever happened to it in between. Each change is saved with the note of it, so
/// that this may be done again at any time.
/// </summary>
public sealed class HandlePreviews(
    IStore store, EngineServices services, Configurations configurations, RepositoryPins pins, GitHubRepositories repositories, PreviewPulls pulls, PreviewRecords records, Promotions promotions,
    DeploymentPlanner planner, HeadBuilds heads) : IGitHubWorkHandler
{
    public string Kind => PreviewWork.Kind;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(store, services, work, async () =>
    {
        var (id, number) = Numbers.Pair(work.Subject);
        var reference = new PullReference(id, number);
        var changed = false;
        if (await repositories.FindAsync(id, signals.Stop) is { } repository && await pulls.FindAsync(repository, number, signals.Stop) is { } pull)
        {
            var configuration = await configurations.CurrentAsync(signals.Stop);
            var known = await records.OfAsync(reference, signals.Stop);
            var applications = (await pins.OfAsync(configuration, repository.At.FullName, repository.Ids, signals.Stop)).Own;
            foreach (var name in applications.Where(a => a.Previews is not null).Select(a => a.Name).Union(known.Keys.Select(k => k.Key.Application), StringComparer.Ordinal))
            {
                // An application that has gone to another repository keeps nothing here.
                var application = applications.FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.Ordinal));
                var own = known.Where(k => string.Equals(k.Key.Key.Application, name, StringComparison.Ordinal)).ToDictionary(k => k.Key.Key.Environment, k => k.Value, StringComparer.Ordinal);
                changed |= await BringAsync(new PreviewScene(reference, name, application, pull, own, work.Fence), signals.Stop);
            }
        }

        await services.FinishAsync(work, [], signals.Stop, changed ? [StatusWork.Of(reference, TimeSpan.Zero)] : []);
    });

    private async Task<bool> BringAsync(PreviewScene scene, CancellationToken cancellationToken)
    {
        var plan = PreviewLife.Plan(scene.Application?.Previews, [scene.Pull], await StandingAsync(scene, cancellationToken), services.Time.GetUtcNow());
        var changed = false;
        foreach (var change in plan)
        {
            // What is being taken down is looked at again once it is down.
            if (scene.Records.GetValueOrDefault(change.Slot.ToString())?.State == PreviewState.Ending) continue;
            changed |= change.Action switch
            {
                PreviewAction.Deploy => await DeployAsync(scene, change, cancellationToken),
                PreviewAction.Remove => await SaveAsync(scene, change.Slot, new PreviewRecord(PreviewState.Ending, $"it ends: {change.Why}"), cancellationToken, End(scene, change.Slot)),
                PreviewAction.Refuse => await SaveAsync(scene, change.Slot, new PreviewRecord(PreviewState.Refused, $"there is none: {change.Why}"), cancellationToken),
            };
        }

        var planned = plan.Select(change => change.Slot.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var (slot, record) in scene.Records)
            if (record.State is PreviewState.Waiting or PreviewState.Refused && !planned.Contains(slot))
                changed |= await SaveAsync(scene, PreviewSlot.TryParse(slot)!.Value, new PreviewRecord(PreviewState.Ended, "it is not asked for any longer"), cancellationToken);
        return changed;
    }

    /// <summary>What is remembered, and what people have put into a slot by hand.</summary>
    private async Task<IReadOnlyList<StandingPreview>> StandingAsync(PreviewScene scene, CancellationToken cancellationToken)
    {
        var standing = new List<StandingPreview>();
        var slots = (scene.Application?.Previews?.Targets ?? []).Select(target => new PreviewSlot(scene.Pull.Number, target.Name).ToString()).Union(scene.Records.Keys, StringComparer.Ordinal);
        foreach (var slot in slots)
        {
            var name = PreviewSlot.TryParse(slot)!.Value;
            if (scene.Records.GetValueOrDefault(slot) is { IsThere: true } record) standing.Add(new StandingPreview(name, record.Sha));
            else if (await store.Environments.GetAsync(new EnvironmentKey(scene.Name, slot), cancellationToken) is { Running: not null } or { Active: not null }) standing.Add(new StandingPreview(name, null));
        }

        return standing;
    }

    private async Task<bool> DeployAsync(PreviewScene scene, PreviewChange change, CancellationToken cancellationToken)
    {
        var (slot, sha) = (change.Slot.ToString(), change.Sha!);
        var builds = await store.Builds.OfCommitAsync(scene.Name, sha, cancellationToken);
        if ((builds.FirstOrDefault(b => PullRequestGate.MayGo(b.Pull, slot)) ?? await HeadBuildAsync(scene, sha, cancellationToken)) is not { } build)
            return await SaveAsync(scene, change.Slot, Waiting(scene, change.Slot, sha), cancellationToken);
        var request = new PromotionRequest(new EnvironmentKey(scene.Name, slot), build, Origin.Automatic, build.ReportedBy, change.Why) { Pull = scene.Reference };
        await promotions.RequestAsync(request, new Alongside(scene.Fence, deployment => [PreviewRecords.Save(scene.NameOf(slot), new PreviewRecord(PreviewState.Standing, change.Why) { Sha = sha, Deployment = deployment!.Id.Value })]), cancellationToken);
        return true;
    }

    private Task<Build?> HeadBuildAsync(PreviewScene scene, string sha, CancellationToken cancellationToken) => scene is { Application: { } application, Pull: { IsFork: false } pull }
        ? heads.MakeAsync(application, pull.RepositoryId, pull.HeadRef, sha, scene.Fence, cancellationToken)
        : Task.FromResult<Build?>(null);

    /// <summary>What stands there stays until the new commit has a build.</summary>
    private static PreviewRecord Waiting(PreviewScene scene, PreviewSlot slot, string sha)
    {
        var known = scene.Records.GetValueOrDefault(slot.ToString());
        var isItsCommit = scene.Application is { } application && WatchRules.IsItsCommit(application);
        var note = $"waits for {(isItsCommit ? "GitHub to tell of the push" : "CI's build")} of {CommitName.Short(sha)}";
        return known is { State: PreviewState.Standing } ? known with { Note = note } : new PreviewRecord(PreviewState.Waiting, note) { Sha = sha };
    }

    private Change End(PreviewScene scene, PreviewSlot slot) =>
        PreviewEndWork.Of(scene.NameOf(slot.ToString()), scene.Application?.FindEnvironment(slot.ToString()) is { } environment ? planner.Capability(environment) : null);

    private async Task<bool> SaveAsync(PreviewScene scene, PreviewSlot slot, PreviewRecord record, CancellationToken cancellationToken, params Change[] more)
    {
        var known = scene.Records.GetValueOrDefault(slot.ToString());
        // What was deployed there last is told until it is gone.
        if (record.State == PreviewState.Ending && known is not null) record = record with { Sha = known.Sha, Deployment = known.Deployment };
        if (known == record) return false;
        Change[] changes = [PreviewRecords.Save(scene.NameOf(slot.ToString()), record), .. more];
        if (await store.CommitAsync(new Commit { Fence = scene.Fence, Changes = changes }, cancellationToken) is CommitOutcome.Fenced) throw new OwnershipLostException();
        return true;
    }

    /// <summary>One application's previews of a pull request.</summary>
    private sealed record PreviewScene(
        PullReference Reference, string Name, ApplicationSpec? Application, PullFact Pull, IReadOnlyDictionary<string, PreviewRecord> Records, Fence Fence)
    {
        public PreviewName NameOf(string slot) => new(Reference, new EnvironmentKey(Name, slot));
    }
}
