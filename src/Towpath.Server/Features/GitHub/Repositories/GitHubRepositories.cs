using Towpath.Core.Applications;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
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
/// Finds repositories by the name that a spec uses, and by GitHub's id. Deliveries tell both; what they have not told, the API is asked for and remembered. Where an
/// application has the name in its spec, only the repository that it belongs to is found by it, see <see cref="RepositoryPins"/>.
/// </summary>
public sealed class GitHubRepositories(
    IStore store, IGitHubAppSource app, InstallationsApi installations, RepositoriesApi repositories, RepositoryPins pins, Configurations configurations, TimeProvider time)
{
    /// <param name="name">As <c>owner/name</c>.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>Null where there is no App, or it is not installed there.</returns>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubConfigurationException">It is another repository than the one that applications of that name belong to.</exception>
    public async Task<KnownRepository?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindCalledAsync(name, cancellationToken) is not { } found) return null;
        return await BelongingsAsync(found.At.FullName, found.Ids, cancellationToken) is { Own.Count: 0, Why: { } why } ? throw new GitHubConfigurationException(why) : found;
    }

    /// <summary>For one application, whichever others have that name in their specs.</summary>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubConfigurationException">It is another repository than the one that the application belongs to.</exception>
    public async Task<KnownRepository?> FindOfAsync(ApplicationSpec application, string name, CancellationToken cancellationToken)
    {
        if (await FindCalledAsync(name, cancellationToken) is not { } found) return null;
        var belongs = await BelongingsAsync(found.At.FullName, found.Ids, cancellationToken);
        return belongs.Others.Any(other => string.Equals(other.Name, application.Name, StringComparison.Ordinal)) ? throw new GitHubConfigurationException(belongs.Why!) : found;
    }

    /// <summary>For one application, as deliveries told of it: GitHub is not asked, and whether the App reaches it now does not matter.</summary>
    /// <returns>Null where nobody told of one; why, where it is another repository than the one that the application belongs to.</returns>
    public async Task<(RepositoryName? Told, string? Why)> ToldOfAsync(ApplicationSpec application, string name, CancellationToken cancellationToken)
    {
        if (await store.Facts.RepositoryAsync(name, cancellationToken) is not { } told) return (null, null);
        var belongs = await BelongingsAsync(told.Name, new RepositoryIds(told.RepositoryId, told.OwnerId), cancellationToken);
        return belongs.Others.Any(other => string.Equals(other.Name, application.Name, StringComparison.Ordinal)) ? (null, belongs.Why) : (told, null);
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

    private async Task<RepositoryBelongings> BelongingsAsync(string name, RepositoryIds ids, CancellationToken cancellationToken)
    {
        var configuration = configurations.Known is { Applications.Count: > 0 } known ? known : await configurations.CurrentAsync(cancellationToken);
        return await pins.OfAsync(configuration, name, ids, cancellationToken);
    }

    private static KnownRepository? Of(RepositoryName known) =>
        known is { IsGone: false, InstallationId: { } installation } && known.Name.Split('/') is [var owner, var name]
            ? new KnownRepository(known.RepositoryId, new GitHubRepository(installation, owner, name), known.OwnerId)
            : null;
}
