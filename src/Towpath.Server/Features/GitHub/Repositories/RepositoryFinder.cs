using System.Collections.Concurrent;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Target;

namespace Towpath.Server.Features.GitHub.Repositories;

/// <summary>The way to repositories for the target <c>github</c>: as deliveries told it, without asking GitHub each time. The steps of one deployment ask one after the other.</summary>
/// <param name="repositories">All that are known.</param>
/// <param name="configurations">
/// Read when it is first asked, since specs are read with the targets. An application's own repository is the one that its spec in force says, but for a deployment that has begun:
/// it stays with the one that it began with.
/// </param>
/// <param name="time">For how long an answer is believed.</param>
internal sealed class RepositoryFinder(GitHubRepositories repositories, Lazy<Configurations> configurations, TimeProvider time) : IRepositoryFinder
{
    private const int MostRemembered = 4096;

    /// <summary>Deliveries that tell of another name take longer than this to come.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<WantedRepository, (KnownRepository Found, long At)> _found = new();

    public async Task<GitHubRepository?> FindAsync(WantedRepository wanted, CancellationToken cancellationToken) => (await FindKnownAsync(wanted, cancellationToken))?.At;

    public async Task<WantedRepository> FixAsync(WantedRepository wanted, CancellationToken cancellationToken) =>
        await FindKnownAsync(wanted, cancellationToken) is { Ids: { Owner: > 0 } ids } ? wanted with { Ids = ids } : wanted;

    private async Task<KnownRepository?> FindKnownAsync(WantedRepository wanted, CancellationToken cancellationToken)
    {
        if (_found.TryGetValue(wanted, out var known) && time.GetElapsedTime(known.At) < Believed) return known.Found;
        if (await repositories.FindAsync(await MeantAsync(wanted, cancellationToken), cancellationToken) is not { } found) return null;
        if (_found.Count >= MostRemembered) _found.Clear();
        _found[wanted] = (found, time.GetTimestamp());
        return found;
    }

    private async Task<WantedRepository> MeantAsync(WantedRepository wanted, CancellationToken cancellationToken) =>
        wanted is { IsOwn: true, Ids: null } ? wanted with { Ids = (await configurations.Value.PresumedAsync(cancellationToken)).FindApplication(wanted.Application)?.Builds.Ids } : wanted;
}
