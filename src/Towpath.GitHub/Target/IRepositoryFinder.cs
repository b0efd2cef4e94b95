using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target;

/// <summary>Finds the way to a repository by its name. The control plane knows more of them than the API's answer of this moment.</summary>
public interface IRepositoryFinder
{
    /// <param name="name">As <c>owner/name</c>.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>Null where nobody reaches it: there is no App, or it is not installed there.</returns>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    Task<GitHubRepository?> FindAsync(string name, CancellationToken cancellationToken);
}

/// <summary>Asks the App where it is installed, each time anew.</summary>
internal sealed class InstalledRepositories(InstallationsApi installations) : IRepositoryFinder
{
    public async Task<GitHubRepository?> FindAsync(string name, CancellationToken cancellationToken) =>
        name.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } repository] && await installations.FindOfAsync(owner, repository, cancellationToken) is { } installation
            ? new GitHubRepository(installation.Id, owner, repository)
            : null;
}
