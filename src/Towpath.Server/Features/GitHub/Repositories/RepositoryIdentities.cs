using Towpath.Core.Applications;
using Towpath.GitHub.Calling;

namespace Towpath.Server.Features.GitHub.Repositories;

/// <summary>Which repository a name of the configuration means, by GitHub's ids: what whoever writes the configuration says by <c>ids</c>, or what the name came to mean first.</summary>
public sealed class RepositoryIdentities(GitHubRepositories repositories, RepositoryPins pins)
{
    /// <summary>Null where the application has no repository, or the App does not reach one of that name.</summary>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    public async Task<RepositoryIds?> FindAsync(ApplicationSpec application, CancellationToken cancellationToken) =>
        application.Builds.Ids ?? (application.Repository is { } name ? await FindAsync(name, cancellationToken) : null);

    /// <summary>Null where the App does not reach a repository of that name.</summary>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    public async Task<RepositoryIds?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await pins.FindAsync(name, cancellationToken) is { } kept) return kept;
        if (await repositories.FindCalledAsync(name, cancellationToken) is not { Ids: { Owner: > 0 } found } known) return null;
        // An old name that leads on to a new one is kept for nobody: it is free for others to take.
        return string.Equals(known.At.FullName, name, StringComparison.OrdinalIgnoreCase) ? await pins.KeepAsync(name, found, cancellationToken) : found;
    }
}
