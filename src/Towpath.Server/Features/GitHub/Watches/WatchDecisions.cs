using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Features.Audit;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>
/// Decides about one environment's watch, and what saves the decision. The deployment is made as soon as there is a build: a lock, a check, an approval or another gate
/// is what the deployment itself waits for, where people see it, and it goes on by itself.
/// </summary>
public sealed class WatchDecisions(IStore store, Promotions promotions, Transitions transitions, Audits audits, TimeProvider time)
{
    /// <summary>How far back one environment's deployments are looked through for a commit that was built before.</summary>
    private const int Attempts = 200;

    private static readonly GateResult Open = new() { Gate = "all", State = GateState.Open };

    private readonly PushedBuilds _builds = new(store, audits, time);

    /// <summary>Looks for the builds of all that will be decided about, at once.</summary>
    public async Task FindBuildsAsync(IReadOnlyList<AskedWatch> all, WatchRound round, CancellationToken cancellationToken)
    {
        var wanted = all.Where(asked => asked.Refused is null && IsUndecided(asked, round)).DistinctBy(KeyOf);
        foreach (var (key, build) in await Task.WhenAll(wanted.Select(FindAsync))) round.Builds[key] = build;

        async Task<(BuildKey, PushedBuild)> FindAsync(AskedWatch asked) => (KeyOf(asked), await BuildAsync(asked, round, cancellationToken));
    }

    /// <summary>After <see cref="FindBuildsAsync"/>.</summary>
    public async Task<IReadOnlyList<Change>> DecideAsync(AskedWatch asked, WatchRound round, CancellationToken cancellationToken)
    {
        if (!IsUndecided(asked, round)) return [];
        var known = round.Watches.GetValueOrDefault(asked.Watch.Key);
        if (asked.Refused is { } why) return Refuse(asked, why, known);
        var build = round.Builds[KeyOf(asked)];
        var decision = WatchEvaluator.Evaluate(asked.Watch, new WatchFacts
        {
            Stand = asked.Stand,
            RefUnavailable = asked.Unavailable,
            Attempts = await AttemptsAsync(asked.Watch.Key, build.Known, cancellationToken),
            Gates = build.Build is null ? Closed(WatchEvaluator.NoBuild(asked.Watch.Sha, build.Problem)) : Open,
        });
        return decision.Outcome switch
        {
            WatchOutcome.Deploy => await RequestAsync(asked, build, round, cancellationToken),
            WatchOutcome.Done => [.. Save(asked, WatchState.Requested, Deployed(decision), null, known), .. Join(asked, build.Known, round)],
            WatchOutcome.Wait => Save(asked, WatchState.Waiting, null, decision.Why, known),
            // A later push was told of while this was read: it has a look of its own.
            WatchOutcome.Stale => [],
        };
    }

    /// <summary>The watch goes; and what it asked for, where that has not started.</summary>
    public IEnumerable<Change> Drop(StoredWatch watch, RefFact stand, WatchRound round)
    {
        yield return new Change.DropWatch(watch.Key, watch.Sha);
        if (stand.Sha is not null || round.Open[watch.Key].FirstOrDefault(d => d.Id == watch.Deployment && d.Phase is Phase.Waiting or Phase.Queued) is not { } waiting) yield break;
        var gone = new DeploymentEvent.CancelRequested(time.GetUtcNow(), AuditTrail.Towpath, $"{PlainText.Of(watch.Ref, 120)} is gone");
        if (DeploymentMachine.Apply(waiting, gone) is not Next next) yield break;
        foreach (var change in transitions.Of(waiting, next)) yield return change;
    }

    /// <summary>There is something to decide.</summary>
    private static bool IsUndecided(AskedWatch asked, WatchRound round) =>
        round.Watches.GetValueOrDefault(asked.Watch.Key) is var known && !IsBehind(asked, known) && !IsSettled(asked, known) && round.Configuration.FindApplication(asked.Watch.Key.Application) is not null;

    /// <summary>Another ref that was moved later has the environment.</summary>
    private static bool IsBehind(AskedWatch asked, StoredWatch? known) =>
        known is not null && known.RepositoryId == asked.Watch.Repository && !string.Equals(known.Ref, asked.Watch.Ref, StringComparison.Ordinal)
        && (known.Since, known.Ref).CompareTo((asked.Stand.At, asked.Watch.Ref)) > 0;

    private static bool IsSettled(AskedWatch asked, StoredWatch? known) =>
        known is { State: WatchState.Requested } && known.RepositoryId == asked.Watch.Repository
        && string.Equals(known.Ref, asked.Watch.Ref, StringComparison.Ordinal) && string.Equals(known.Sha, asked.Watch.Sha, StringComparison.Ordinal);

    /// <summary>Shown where nothing is that the application's own repository still waits for.</summary>
    private Change[] Refuse(AskedWatch asked, string why, StoredWatch? known) => known is { State: WatchState.Waiting } && known.RepositoryId != asked.Watch.Repository
        ? []
        : Save(asked, WatchState.Waiting, null, Closed(WatchEvaluator.AnotherRepository(why)), known);

    private async Task<PushedBuild> BuildAsync(AskedWatch asked, WatchRound round, CancellationToken cancellationToken) => asked.Unavailable is not null || asked.Stand.IsDisputed
        ? new PushedBuild(null, [])
        : await _builds.FindAsync(round.Configuration.FindApplication(asked.Watch.Key.Application)!, asked.Stand, round.IsAgain, cancellationToken);

    private static BuildKey KeyOf(AskedWatch asked) => new(asked.Watch.Key.Application, asked.Watch.Ref, asked.Watch.Sha);

    /// <summary>A commit that has no build was never deployed: nothing is asked for the usual push.</summary>
    private async Task<IReadOnlyList<AttemptFact>> AttemptsAsync(EnvironmentKey key, IReadOnlyList<Build> builds, CancellationToken cancellationToken)
    {
        if (builds.Count == 0) return [];
        HashSet<Digest> digests = [.. builds.Select(build => build.Digest)];
        var deployments = await store.Deployments.ListAsync(new DeploymentFilter(key.Application, key.Environment, Limit: Attempts), cancellationToken);
        return [.. deployments.Where(d => digests.Contains(d.Digest)).Select(d => new AttemptFact(d.Id, d.Phase, d.PhaseSince, d.Outcome))];
    }

    private async Task<IReadOnlyList<Change>> RequestAsync(AskedWatch asked, PushedBuild found, WatchRound round, CancellationToken cancellationToken)
    {
        var (key, build) = (asked.Watch.Key, found.Build!);
        var request = new PromotionRequest(key, build, Origin.Automatic, build.ReportedBy) { Hands = [asked.Stand.PushedBy, asked.Stand.Author] };
        var state = round.States.GetValueOrDefault(key) ?? EnvironmentState.Untouched(key);
        var (deployment, changes) = await promotions.PrepareAsync(request, round.Open[key], round.Configuration, state, cancellationToken);
        IReadOnlyList<Change> record = found.IsNew ? _builds.Record(build) : [];
        round.Builds[KeyOf(asked)] = found with { IsNew = false };
        return [.. record, .. changes, .. Save(asked, WatchState.Requested, deployment.Id, null, null)];
    }

    /// <summary>Another door asked for it already. Who moved the ref there had a hand in it all the same.</summary>
    private IEnumerable<Change> Join(AskedWatch asked, IReadOnlyList<Build> builds, WatchRound round)
    {
        string[] people = [.. new[] { asked.Stand.PushedBy, asked.Stand.Author }.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
        foreach (var open in round.Open[asked.Watch.Key].Where(d => d.Phase is Phase.Waiting or Phase.Queued && builds.Any(build => build.Digest == d.Digest)))
        {
            string[] others = [.. people.Where(person => !open.HasHandOf(person))];
            if (others.Length == 0 || DeploymentMachine.Apply(open, new DeploymentEvent.HandsJoined(time.GetUtcNow(), others)) is not Next next) continue;
            foreach (var change in transitions.Of(open, next)) yield return change;
        }
    }

    private Change[] Save(AskedWatch asked, WatchState state, DeploymentId? deployment, GateResult? reason, StoredWatch? known)
    {
        var watch = new StoredWatch
        {
            Key = asked.Watch.Key, RepositoryId = asked.Watch.Repository, Ref = asked.Watch.Ref, Sha = asked.Watch.Sha, Since = asked.Stand.At,
            State = state, Deployment = deployment, Reason = reason, UpdatedAt = time.GetUtcNow(),
        };
        var isSame = known is not null && known with { UpdatedAt = watch.UpdatedAt, Reason = null } == watch with { Reason = null } && GateWords.WaitsFor(known.Reason ?? Open) == GateWords.WaitsFor(reason ?? Open);
        return isSame ? [] : [new Change.SaveWatch(watch)];
    }

    private static DeploymentId? Deployed(WatchDecision decision) =>
        decision.Why.Children.FirstOrDefault(fact => fact.Gate == "deployed")?.Facts.GetValueOrDefault("deployment") is { } id ? new DeploymentId(id) : null;

    private static GateResult Closed(GateResult fact) => new() { Gate = "all", State = GateState.Closed, Children = [fact] };
}
