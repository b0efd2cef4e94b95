using Towpath.GitHub.Calling;
using Towpath.GitHub.Target;

namespace Towpath.Server.Features.GitHub.Repositories;

/// <summary>The way to repositories for the target <c>github</c>: as deliveries told it, without asking GitHub each time.</summary>
internal sealed class RepositoryFinder(GitHubRepositories repositories) : IRepositoryFinder
{
    public async Task<GitHubRepository?> FindAsync(string name, CancellationToken cancellationToken) => (await repositories.FindAsync(name, cancellationToken))?.At;
}
