using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Facts;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>
/// Decides what follows from many things that were told, by how they stand now, not by what was told (rows D3, T5). Watches, environments, open deployments and builds are read for all of them at once.
/// </summary>
public sealed class WatchRounds(IStore store, Configurations configurations, RepositoryPins pins, RefStands stands, ChangedPaths paths, WatchDecisions decisions)
{
    /// <param name="looks">What to look at, all of one lane.</param>
    /// <param name="isAgain">Something changed while this was decided last: look more closely.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<IReadOnlyList<Change>> DecideAsync(IReadOnlyList<Look> looks, bool isAgain, CancellationToken cancellationToken)
    {
        var configuration = await configurations.CurrentAsync(cancellationToken);
        var things = new List<Thing>();
        foreach (var look in looks) things.Add(await ThingAsync(look, configuration, cancellationToken));
        string[] concerned = [.. things.SelectMany(thing => thing.Applications).Select(application => application.Name).Distinct(StringComparer.Ordinal)];
        List<Change> changes = [];
        if (concerned.Length > 0)
        {
            var round = await RoundAsync(configuration, concerned, isAgain, cancellationToken);
            foreach (var thing in things) changes.AddRange(Dropped(thing, round));
            for (var i = 0; i < things.Count; i++) things[i] = await NarrowAsync(things[i], round, cancellationToken);
            var latest = await LatestAsync(things, round, cancellationToken);
            await decisions.FindBuildsAsync(latest, round, cancellationToken);
            foreach (var asked in latest) changes.AddRange(await decisions.DecideAsync(asked, round, cancellationToken));
            changes.AddRange(things.Where(thing => !thing.Look.IsRef).SelectMany(thing => thing.Applications).Where(AsksForChecks).Select(application => Transitions.EvaluateWaiting(application.Name)).Distinct());
        }

        changes.AddRange(things.OrderBy(thing => thing.Look.RepositoryId).ThenBy(thing => thing.Look.Subject, StringComparer.Ordinal).Select(End));
        return changes;
    }

    private async Task<WatchRound> RoundAsync(Core.Applications.Configuration configuration, string[] concerned, bool isAgain, CancellationToken cancellationToken) => new()
    {
        Configuration = configuration,
        IsAgain = isAgain,
        Watches = (await store.Watches.OfAsync(concerned, cancellationToken)).ToDictionary(watch => watch.Key),
        States = (await store.Environments.OfAsync(concerned, cancellationToken)).ToDictionary(state => state.Key),
        Open = (await store.Deployments.OpenOfAsync(concerned, cancellationToken)).ToLookup(deployment => deployment.Key),
    };

    /// <summary>The stand of a ref that nobody can tell is asked for.</summary>
    private async Task<Thing> ThingAsync(Look look, Core.Applications.Configuration configuration, CancellationToken cancellationToken)
    {
        var belongs = look.Repository is { IsGone: false } repository
            ? await pins.OfAsync(configuration, repository.Name, new RepositoryIds(repository.RepositoryId, repository.OwnerId), cancellationToken)
            : RepositoryBelongings.None;
        IReadOnlyList<ApplicationSpec> concerned = belongs.Others.Count == 0 ? belongs.Own : [.. belongs.Own, .. belongs.Others];
        var thing = new Thing(look, concerned, look.Stand, []) { Belongs = belongs };
        if (!look.IsRef || look.Stand is not { } stand || concerned.Count == 0) return thing;
        thing = thing with { Watches = WatchRules.Of(concerned, look.Repository!.Name, stand) };
        if (!stand.IsDisputed || (thing.Watches.Count == 0 && stand.Sha is not null)) return thing;
        return await AskAsync(thing, stand, cancellationToken);
    }

    private async Task<Thing> AskAsync(Thing thing, RefFact disputed, CancellationToken cancellationToken)
    {
        try
        {
            var stand = await stands.AskAsync(disputed, cancellationToken);
            return thing with { Stand = stand, Watches = WatchRules.Of(thing.Applications, thing.Look.Repository!.Name, stand), Later = stand.IsDisputed };
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException)
        {
            return thing with { Unavailable = exception.Message, Later = true };
        }
    }

    /// <summary>For an application that is only a part of its repository the ref stands where it last changed something of it. Where GitHub cannot tell, nothing is decided yet.</summary>
    private async Task<Thing> NarrowAsync(Thing thing, WatchRound round, CancellationToken cancellationToken)
    {
        if (!thing.Look.IsRef || thing.Stand is not { IsDisputed: false } stand || thing.Applications.All(application => application.Paths.Count == 0)) return thing;
        var narrowed = new List<AskedWatch>();
        var later = false;
        foreach (var watch in thing.Watches)
        {
            try
            {
                var own = await StandAsync(watch.Key, stand, round, cancellationToken);
                narrowed.Add(Asked(thing, watch with { Sha = own.Sha! }, own));
            }
            catch (Exception exception) when (exception is GitHubException or GitHubLimitedException)
            {
                later = true;
            }
        }

        return thing with { Narrowed = narrowed, IsUnsure = later, Later = thing.Later || later };
    }

    /// <returns>Where the ref stands for this environment.</returns>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">It would have to wait too long for its limit.</exception>
    private async Task<RefFact> StandAsync(EnvironmentKey key, RefFact stand, WatchRound round, CancellationToken cancellationToken)
    {
        if (round.Configuration.FindApplication(key.Application) is not { Paths.Count: > 0 } application) return stand;
        if (round.Watches.GetValueOrDefault(key) is not { } known || known.RepositoryId != stand.RepositoryId || !string.Equals(known.Ref, stand.Ref, StringComparison.Ordinal)) return stand;
        // One that had to wait, and has no build, has the newer commit as well: its files are the same there.
        if (known.State != WatchState.Requested && WatchRules.IsItsCommit(application)) return stand;
        return await paths.MayConcernAsync(application, stand.RepositoryId, known.Sha, stand.Sha!, cancellationToken) ? stand : stand with { Sha = known.Sha, At = known.Since };
    }

    /// <summary>One for each environment: of several refs the one that was moved last.</summary>
    private async Task<IReadOnlyList<AskedWatch>> LatestAsync(IEnumerable<Thing> things, WatchRound round, CancellationToken cancellationToken)
    {
        var asked = new Dictionary<EnvironmentKey, AskedWatch>();
        foreach (var thing in things)
        {
            foreach (var one in await AskedAsync(thing, round, cancellationToken))
                if (!asked.TryGetValue(one.Watch.Key, out var other) || one.Order.CompareTo(other.Order) > 0) asked[one.Watch.Key] = one;
        }

        return [.. asked.Values.OrderBy(one => one.Watch.Key.ToString(), StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<AskedWatch>> AskedAsync(Thing thing, WatchRound round, CancellationToken cancellationToken)
    {
        if (thing.Narrowed is { } narrowed) return narrowed;
        if (thing.Look.IsRef) return thing.Stand is { } stand ? [.. thing.Watches.Select(watch => Asked(thing, watch, stand))] : [];
        // A commit: what waits for it, such as for its build. Where the ref has moved on, its own look decides.
        var asked = new List<AskedWatch>();
        foreach (var waiting in Of(thing, round).Where(watch => watch.State == WatchState.Waiting && string.Equals(watch.Sha, thing.Look.Subject, StringComparison.Ordinal)))
            if (await store.Facts.RefAsync(waiting.RepositoryId, waiting.Ref, cancellationToken) is { Sha: not null } stand
                && await StandAsync(waiting.Key, stand, round, cancellationToken) is { } now && string.Equals(now.Sha, waiting.Sha, StringComparison.Ordinal))
                asked.Add(Asked(thing, new Watch(waiting.RepositoryId, waiting.Sha, waiting.Ref, waiting.Key), now));
        return asked;
    }

    private static AskedWatch Asked(Thing thing, Watch watch, RefFact stand) => new(watch, stand, thing.Unavailable)
    {
        Refused = thing.Belongs.Others.Any(application => string.Equals(application.Name, watch.Key.Application, StringComparison.Ordinal)) ? thing.Belongs.Why : null,
    };

    /// <summary>The ref is gone, or no longer asks for the environment.</summary>
    private IEnumerable<Change> Dropped(Thing thing, WatchRound round) => !thing.Look.IsRef || thing.Stand is not { IsDisputed: false } stand
        ? []
        : Of(thing, round).Where(watch => string.Equals(watch.Ref, stand.Ref, StringComparison.Ordinal) && thing.Watches.All(asked => asked.Key != watch.Key))
            .SelectMany(watch => decisions.Drop(watch, stand, round));

    private static IEnumerable<StoredWatch> Of(Thing thing, WatchRound round) =>
        round.Watches.Values.Where(watch => watch.RepositoryId == thing.Look.RepositoryId).OrderBy(watch => watch.Key.ToString(), StringComparer.Ordinal);

    private static bool AsksForChecks(ApplicationSpec application) =>
        application.Environments.Any(environment => environment.RequiredChecks is not null)
        || application.Previews is { } previews && (previews.RequiredChecks is not null || previews.Targets.Any(target => target.RequiredChecks is not null));

    private static Change End(Thing thing) => thing.Later
        ? new Change.LookLater(thing.Look.RepositoryId, thing.Look.Subject, thing is { Unavailable: null, IsUnsure: false } ? RefStands.Rest : Core.Deployments.StepPolicy.BackOff(thing.Look.Failures + 1))
        : new Change.DoneLooking(thing.Look.RepositoryId, thing.Look.Subject, thing.Look.Version);

    /// <param name="Look">What was told of.</param>
    /// <param name="Applications">That name its repository.</param>
    /// <param name="Stand">Where the ref stands.</param>
    /// <param name="Watches">What that asks for.</param>
    private sealed record Thing(Look Look, IReadOnlyList<ApplicationSpec> Applications, RefFact? Stand, IReadOnlyList<Watch> Watches)
    {
        /// <summary>Which of the applications are those of this very repository.</summary>
        public required RepositoryBelongings Belongs { get; init; }

        /// <summary>Why GitHub could not be asked.</summary>
        public string? Unavailable { get; init; }

        /// <summary>What is asked for, where only some applications are concerned; null where all are.</summary>
        public IReadOnlyList<AskedWatch>? Narrowed { get; init; }

        /// <summary>GitHub could not be asked what was changed.</summary>
        public bool IsUnsure { get; init; }

        /// <summary>It has to be looked at again by itself.</summary>
        public bool Later { get; init; }
    }
}
