using Npgsql;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage.Access;
using Towpath.Engine.Storage.Audit;
using Towpath.Engine.Storage.Builds;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Configuration;
using Towpath.Engine.Storage.Deliveries;
using Towpath.Engine.Storage.Deployments;
using Towpath.Engine.Storage.Dialects;
using Towpath.Engine.Storage.Environments;
using Towpath.Engine.Storage.Facts;
using Towpath.Engine.Storage.Migrations;
using Towpath.Engine.Storage.Mirrors;
using Towpath.Engine.Storage.Watches;
using Towpath.Engine.Storage.Work;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>PostgreSQL, for any number of nodes.</summary>
internal sealed class PostgresStore : IStore
{
    private static readonly Statement Alive = new("SELECT 1");

    private readonly PostgresConnections _connections;
    private readonly PostgresQueries _queries;
    private readonly PostgresGroups _commits;
    private readonly PostgresFeed _feed;

    public PostgresStore(NpgsqlConnectionStringBuilder address, TimeProvider time, TimeSpan? patience = null)
    {
        _connections = new PostgresConnections(address);
        _queries = new PostgresQueries(_connections, time);
        _commits = new PostgresGroups(_connections, new PostgresCommitter(_connections, new PostgresOperations(_connections, time), time), time, patience ?? TimeSpan.FromSeconds(1));
        _feed = new PostgresFeed(_connections, time);
        Deployments = new DeploymentReader(_queries);
        Builds = new BuildReader(_queries);
        Environments = new EnvironmentReader(_queries);
        Audit = new AuditReader(_queries);
        Access = new AccessReader(_queries);
        Configuration = new ConfigurationReader(_queries);
        Deliveries = new DeliveryReader(_queries);
        Facts = new FactReader(_queries);
        Watches = new WatchReader(_queries);
        Mirrors = new MirrorReader(_queries);
        Work = new WorkTable(_queries, new PostgresNodes(_connections, _queries), _feed);
    }

    public IDeploymentReader Deployments { get; }

    public IBuildReader Builds { get; }

    public IEnvironmentReader Environments { get; }

    public IAuditReader Audit { get; }

    public IAccessReader Access { get; }

    public IConfigurationReader Configuration { get; }

    public IDeliveryReader Deliveries { get; }

    public IFactReader Facts { get; }

    public IWatchReader Watches { get; }

    public IMirrorReader Mirrors { get; }

    public IWorkTable Work { get; }

    public IChangeFeed Changes => _feed;

    public Task MigrateAsync(CancellationToken cancellationToken) =>
        new PostgresMigrator(_connections, Migration.Of("postgres")).MigrateAsync(cancellationToken);

    public async Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var outcome = await _commits.CommitAsync(commit, cancellationToken);
        if (outcome is CommitOutcome.Committed)
            foreach (var notice in ChangeWriters.Notices(commit)) _feed.Publish(notice);
        return outcome;
    }

    public Task AppendLogAsync(DeploymentId deployment, IReadOnlyList<LogLine> lines, CancellationToken cancellationToken) =>
        lines.Count == 0 ? Task.CompletedTask : CommitAsync(new Commit { Changes = [new AppendLog(deployment, lines)] }, cancellationToken);

    public async Task PruneAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        foreach (var statement in Pruning.Statements)
            await _queries.WriteAsync(statement, _ => true, cancellationToken, olderThan.Microseconds());
    }

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _queries.ReadAsync(Alive, _ => true, cancellationToken);
            return null;
        }
        catch (StoreUnavailableException e)
        {
            return e.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _commits.DisposeAsync();
        await _feed.DisposeAsync();
        await _queries.DisposeAsync();
        await _connections.DisposeAsync();
    }
}
