using Towpath.Core.Applications;
using Towpath.Core.Targets;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target;

/// <summary>Finds the way to the repository that a spec means. The control plane knows more of them than the API's answer of this moment.</summary>
public interface IRepositoryFinder
{
    /// <returns>Null where nobody reaches it: there is no App, or it is not installed there.</returns>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubConfigurationException">Another repository has the name now.</exception>
    Task<GitHubRepository?> FindAsync(WantedRepository wanted, CancellationToken cancellationToken);

    /// <summary>The same for as long as a deployment lasts: with the ids of the repository that is meant now, whatever the spec says later.</summary>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubConfigurationException">Another repository has the name now.</exception>
    Task<WantedRepository> FixAsync(WantedRepository wanted, CancellationToken cancellationToken) => Task.FromResult(wanted);
}

/// <summary>Asks the App where it is installed, each time anew.</summary>
internal sealed class InstalledRepositories(InstallationsApi installations, RepositoriesApi repositories) : IRepositoryFinder
{
    public async Task<GitHubRepository?> FindAsync(WantedRepository wanted, CancellationToken cancellationToken) =>
        wanted.Name.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } repository] && await installations.FindOfAsync(owner, repository, cancellationToken) is { } installation
            ? await repositories.CheckedAsync(wanted, new GitHubRepository(installation.Id, owner, repository), cancellationToken)
            : null;
}

internal static class WrittenIds
{
    /// <summary>Without a control plane nothing is remembered: only ids that are written in the spec are held against GitHub's.</summary>
    public static async Task<GitHubRepository?> CheckedAsync(this RepositoriesApi repositories, WantedRepository wanted, GitHubRepository found, CancellationToken cancellationToken)
    {
        if (wanted.Ids is not { } meant) return found;
        if (await repositories.FindAsync(found, cancellationToken) is not { } details) return null;
        var ids = new RepositoryIds(details.Id, details.Owner?.Id ?? 0);
        return ids == meant ? found : throw new GitHubConfigurationException(wanted.Another(ids, meant)) { Kind = RefusalKind.Wrong };
    }
}
