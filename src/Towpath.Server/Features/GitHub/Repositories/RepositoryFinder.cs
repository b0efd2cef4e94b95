using System.Collections.Concurrent;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Target;

namespace Towpath.Server.Features.GitHub.Repositories;

/// <summary>The way to repositories for the target <c>github</c>: as deliveries told it, without asking GitHub each time. The steps of one deployment ask one after the other.</summary>
/// <param name="repositories">Made when it is first asked: repositories are found by the configuration, which needs to know the targets.</param>
/// <param name="time">For how long an answer is believed.</param>
internal sealed class RepositoryFinder(Lazy<GitHubRepositories> repositories, TimeProvider time) : IRepositoryFinder
{
    private const int MostRemembered = 4096;

    /// <summary>Deliveries that tell of another name take longer than this to come.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (GitHubRepository Found, long At)> _found = new(StringComparer.OrdinalIgnoreCase);

    public async Task<GitHubRepository?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (_found.TryGetValue(name, out var known) && time.GetElapsedTime(known.At) < Believed) return known.Found;
        if (await repositories.Value.FindAsync(name, cancellationToken) is not { At: var found }) return null;
        if (_found.Count >= MostRemembered) _found.Clear();
        _found[name] = (found, time.GetTimestamp());
        return found;
    }
}
