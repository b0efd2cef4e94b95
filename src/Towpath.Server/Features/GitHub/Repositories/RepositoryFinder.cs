using Towpath.GitHub.Calling;
using Towpath.GitHub.Target;

namespace Towpath.Server.Features.GitHub.Repositories;

/// <summary>The way to repositories for the target <c>github</c>: as deliveries told it, without asking GitHub each time.</summary>
/// <param name="repositories">Made when it is first asked: repositories are found by the configuration, which needs to know the targets.</param>
internal sealed class RepositoryFinder(Lazy<GitHubRepositories> repositories) : IRepositoryFinder
{
    public async Task<GitHubRepository?> FindAsync(string name, CancellationToken cancellationToken) => (await repositories.Value.FindAsync(name, cancellationToken))?.At;
}
