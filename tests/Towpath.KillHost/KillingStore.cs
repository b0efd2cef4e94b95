using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.KillHost;

/// <summary>The store with a kill point before and after each commit that writes a deployment's journal. It notes what became of each.</summary>
internal sealed class KillingStore(IStore store, KillPoints points, HostSettings settings) : IStore
{
    public IDeploymentReader Deployments => store.Deployments;

    public IBuildReader Builds => store.Builds;

    public IEnvironmentReader Environments => store.Environments;

    public IAuditReader Audit => store.Audit;

    public IAccessReader Access => store.Access;

    public IConfigurationReader Configuration => store.Configuration;

    public IDeliveryReader Deliveries => store.Deliveries;

    public IFactReader Facts => store.Facts;

    public IWatchReader Watches => store.Watches;

    public IMirrorReader Mirrors => store.Mirrors;

    public IWorkTable Work => store.Work;

    public IChangeFeed Changes => store.Changes;

    public Task MigrateAsync(CancellationToken cancellationToken) => store.MigrateAsync(cancellationToken);

    public async Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        if (commit.Changes.OfType<Change.AppendJournal>().FirstOrDefault() is not { Entry: var entry }) return await store.CommitAsync(commit, cancellationToken);
        var subject = commit.Changes.OfType<Change.UpdateDeployment>().FirstOrDefault(u => u.Deployment.Version == settings.Subject);
        points.Armed |= subject is not null;
        var outcome = await points.AroundAsync(() => store.CommitAsync(commit, cancellationToken));
        await File.AppendAllTextAsync(
            Path.Combine(settings.Folder, $"writes-{settings.Node}.log"), $"{entry.Deployment} {entry.Revision} {entry.Event} {outcome.GetType().Name}\n", CancellationToken.None);
        if (subject is { Deployment: var written } && written.Phase.IsTerminal()) points.Armed = false;
        return outcome;
    }

    public Task AppendLogAsync(DeploymentId deployment, IReadOnlyList<LogLine> lines, CancellationToken cancellationToken) => store.AppendLogAsync(deployment, lines, cancellationToken);

    public Task PruneAsync(TimeSpan olderThan, CancellationToken cancellationToken) => store.PruneAsync(olderThan, cancellationToken);

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => store.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
