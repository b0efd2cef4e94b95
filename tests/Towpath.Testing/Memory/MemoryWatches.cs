using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

/// <summary>Watches, and what is to be looked at again.</summary>
internal sealed class MemoryWatches(MemoryStore store) : IWatchReader
{
    public Task<IReadOnlyList<Look>> LooksAsync(int lane, int limit, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<Look>>(
        "Watches.Looks",
        state =>
        [
            .. state.Looks.Where(look => look.Value.Lane == lane && look.Value.DueAt <= store.Now)
                .OrderBy(look => look.Value.DueAt).ThenBy(look => look.Key.Repository).ThenBy(look => look.Key.Subject, StringComparer.Ordinal).Take(limit)
                .Select(look => new Look(
                    look.Key.Repository, look.Key.Subject, look.Value.Version, look.Value.Failures, state.RepositoryNames.GetValueOrDefault(look.Key.Repository),
                    state.RefFacts.GetValueOrDefault(look.Key))),
        ],
        cancellationToken);

    public Task<TimeSpan?> NextLookAsync(int lane, CancellationToken cancellationToken) => store.ReadAsync<TimeSpan?>(
        "Watches.NextLook",
        state => state.Looks.Values.Where(look => look.Lane == lane).Select(look => (long?)look.DueAt).Min() is { } due ? TimeSpan.FromMicroseconds(Math.Max(0, due - store.Now)) : null,
        cancellationToken);

    public Task<IReadOnlyList<StoredWatch>> OfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<StoredWatch>>(
        "Watches.Of",
        state => [.. state.Watches.Values.Where(watch => applications.Contains(watch.Key.Application)).OrderBy(watch => watch.Key.Application, StringComparer.Ordinal).ThenBy(watch => watch.Key.Environment, StringComparer.Ordinal)],
        cancellationToken);

    public Task<IReadOnlySet<long>> DeployingRunsAsync(long repositoryId, string sha, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlySet<long>>(
        "Watches.DeployingRuns", state => state.DeployingRuns.Where(run => run.Repository == repositoryId && run.Sha == sha).Select(run => run.Run).ToHashSet(), cancellationToken);

    public static bool Apply(MemoryTransaction to, Change change, long now)
    {
        var state = to.State;
        switch (change)
        {
            case Change.LookAt c:
                var told = state.Looks.GetValueOrDefault((c.RepositoryId, c.Subject));
                to.Set(state with { Looks = state.Looks.SetItem((c.RepositoryId, c.Subject), told is null ? new MemoryLook(c.Lane, 1, 0, now) : told with { Version = told.Version + 1, Failures = 0, DueAt = now }) });
                return true;
            case Change.DoneLooking c:
                if (state.Looks.GetValueOrDefault((c.RepositoryId, c.Subject))?.Version == c.Version) to.Set(state with { Looks = state.Looks.Remove((c.RepositoryId, c.Subject)) });
                return true;
            case Change.LookLater c:
                if (state.Looks.TryGetValue((c.RepositoryId, c.Subject), out var look))
                    to.Set(state with { Looks = state.Looks.SetItem((c.RepositoryId, c.Subject), look with { Failures = look.Failures + 1, DueAt = now + (c.Delay.Ticks / TimeSpan.TicksPerMicrosecond) }) });
                return true;
            case Change.SaveWatch { Watch: var w }:
                to.Set(state with { Watches = state.Watches.SetItem(w.Key, w) });
                return true;
            case Change.DropWatch c:
                if (state.Watches.GetValueOrDefault(c.Key)?.Sha == c.Sha) to.Set(state with { Watches = state.Watches.Remove(c.Key) });
                return true;
            case Change.SaveDeployingRun c:
                to.Set(state with { DeployingRuns = state.DeployingRuns.Add((c.RepositoryId, c.Sha, c.RunId)) });
                return true;
            default:
                return false;
        }
    }
}
