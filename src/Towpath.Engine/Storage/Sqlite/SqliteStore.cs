using Microsoft.Data.Sqlite;
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

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>One SQLite file, for one process.</summary>
internal sealed class SqliteStore : IStore
{
    /// <summary>Leases of whoever used the file before: that process is dead, or its lock could not have been taken.</summary>
    private const string EndLeases = "UPDATE work SET owner = NULL, lease_until = 0 WHERE owner IS NOT NULL";

    private static readonly Statement HasWork = new("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'work'");
    private static readonly Statement Latest = new("SELECT coalesce(max(at), 0) FROM operations");
    private static readonly Statement Alive = new("SELECT 1");
    private static readonly Statement Probe = new("INSERT INTO operations (id, at) VALUES ('probe', {now}) ON CONFLICT (id) DO UPDATE SET at = excluded.at RETURNING 1");

    private readonly string _path;
    private readonly SqliteFileLock _lock;
    private readonly SqliteConnections _connections;
    private readonly SqliteWriter _writer;
    private readonly SqliteQueries _queries;
    private readonly SqliteFeed _feed = new();

    private SqliteStore(string path, SqliteFileLock fileLock, SqliteConnections connections, SqliteSession session)
    {
        _path = path;
        _lock = fileLock;
        _connections = connections;
        _writer = new SqliteWriter(session, path);
        _queries = new SqliteQueries(connections, _writer, path);
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
        Work = new WorkTable(_queries, new SqliteNodes(_queries), _feed);
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

    /// <exception cref="StoreRefusedException">Another process uses the file, or it is no database.</exception>
    /// <exception cref="StoreUnavailableException">It cannot be read or written now.</exception>
    public static SqliteStore Open(string path, TimeProvider time)
    {
        var fileLock = SqliteFileLock.Take(path);
        var clock = new StoreClock(time);
        var connections = new SqliteConnections(path, clock);
        try
        {
            var session = connections.OpenWriter();
            if (session.Count(HasWork) > 0)
            {
                session.Script(EndLeases);
                clock.GoOnFrom(session.Read(Latest, row => row.GetInt64(0)).Single());
            }

            return new SqliteStore(path, fileLock, connections, session);
        }
        catch (SqliteException e)
        {
            connections.Dispose();
            fileLock.Dispose();
            if (SqliteErrors.IsUnavailable(e)) throw SqliteErrors.Unavailable(path, e);
            throw new StoreRefusedException($"The file {path} cannot be used as a database: {e.Message} Choose another file, or restore a backup.", e);
        }
    }

    public Task MigrateAsync(CancellationToken cancellationToken) =>
        new SqliteMigrator(_writer, Migration.Of("sqlite"), _path).MigrateAsync(cancellationToken);

    public async Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var outcome = await _writer.WriteAsync(new SqliteCommit(commit).Run);
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

    /// <summary>A full disk can still be read: once writing has failed, only a write that succeeds says that all is well.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_writer.IsFailing) await _queries.WriteAsync(Probe, _ => true, cancellationToken);
            else await _queries.ReadAsync(Alive, _ => true, cancellationToken);
            return null;
        }
        catch (StoreUnavailableException e)
        {
            return e.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _connections.Dispose();
        _lock.Dispose();
    }
}
