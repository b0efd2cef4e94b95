using Towpath.Core.Applications;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Target;
using RepositoryName = Towpath.Core.Facts.RepositoryName;

namespace Towpath.Server.Features.GitHub.Repositories;

/// <summary>A repository that the App reaches.</summary>
/// <param name="Id">GitHub's id, which renaming does not change.</param>
/// <param name="At">How it is called.</param>
/// <param name="OwnerId">GitHub's id of its owner.</param>
public sealed record KnownRepository(long Id, GitHubRepository At, long OwnerId)
{
    public RepositoryIds Ids => new(Id, OwnerId);
}

/// <summary>
/// Finds the repositories that specs mean, and those of GitHub's ids. Deliveries tell names and ids; what they have not told, the API is asked for and remembered. Whoever took a
/// name over is not found for a spec that had it before, see <see cref="RepositoryPins"/>.
/// </summary>
public sealed class GitHubRepositories(
    IStore store, IGitHubAppSource app, InstallationsApi installations, RepositoriesApi repositories, RepositoryPins pins, TimeProvider time)
{
    /// <summary>The application's own.</summary>
    /// <returns>Null where it has none, there is no App, or it is not installed there.</returns>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubConfigurationException">Another repository than the application's has the name now.</exception>
    public Task<KnownRepository?> FindOwnAsync(ApplicationSpec application, CancellationToken cancellationToken) =>
        WantedRepository.OwnOf(application) is { } own ? FindAsync(own, cancellationToken) : Task.FromResult<KnownRepository?>(null);

    /// <summary>The one that a spec means.</summary>
    /// <returns>Null where there is no App, or it is not installed there.</returns>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubConfigurationException">Another repository has the name now.</exception>
    public async Task<KnownRepository?> FindAsync(WantedRepository wanted, CancellationToken cancellationToken)
    {
        if (await FindCalledAsync(wanted.Name, cancellationToken) is not { } found) return null;
        return await pins.WhyNotAsync(wanted, found.At.FullName, found.Ids, cancellationToken) is { } why ? throw new GitHubConfigurationException(why) { Kind = RefusalKind.Wrong } : found;
    }

    /// <summary>The application's own, as deliveries told of it: GitHub is not asked, and whether the App reaches it now does not matter.</summary>
    /// <returns>Null where nobody told of one; why, where another repository than the application's has the name now.</returns>
    public async Task<(RepositoryName? Told, string? Why)> ToldOfAsync(ApplicationSpec application, CancellationToken cancellationToken)
    {
        if (WantedRepository.OwnOf(application) is not { } own || await store.Facts.RepositoryAsync(own.Name, cancellationToken) is not { } told) return (null, null);
        var why = await pins.WhyNotAsync(own, told.Name, new RepositoryIds(told.RepositoryId, told.OwnerId), cancellationToken);
        return why is null ? (told, null) : (null, why);
    }

    /// <summary>Null where nobody told of it, or the App does not reach it.</summary>
    public async Task<KnownRepository?> FindAsync(long id, CancellationToken cancellationToken) =>
        app.Current is not null && await store.Facts.RepositoryAsync(id, cancellationToken) is { } known ? Of(known) : null;

    /// <summary>The one that is called so now, whichever that is: for who checks its ids.</summary>
    public async Task<KnownRepository?> FindCalledAsync(string name, CancellationToken cancellationToken)
    {
        if (app.Current is null || name.Split('/') is not [{ Length: > 0 } owner, { Length: > 0 } repository]) return null;
        if (await store.Facts.RepositoryAsync(name, cancellationToken) is { } known && Of(known) is { } found) return found;
        if (await installations.FindOfAsync(owner, repository, cancellationToken) is not { } installation) return null;
        if (await repositories.FindAsync(new GitHubRepository(installation.Id, owner, repository), cancellationToken) is not { } details) return null;
        var told = new RepositoryName(details.Id, details.FullName, details.Owner?.Id ?? 0, installation.Id, IsGone: false, time.GetUtcNow());
        await store.CommitAsync(new Commit { Changes = [new Change.SaveRepositoryName(told)] }, cancellationToken);
        return Of(told);
    }

    private static KnownRepository? Of(RepositoryName known) =>
        known is { IsGone: false, InstallationId: { } installation } && known.Name.Split('/') is [var owner, var name]
            ? new KnownRepository(known.RepositoryId, new GitHubRepository(installation, owner, name), known.OwnerId)
            : null;
}
