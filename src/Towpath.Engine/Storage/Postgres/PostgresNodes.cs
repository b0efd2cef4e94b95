using Npgsql;
using Towpath.Engine.Storage.Dialects;
using Towpath.Engine.Storage.Work;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>A node lives as long as its direct connection holds the advisory lock of its id; the server frees it when the process dies.</summary>
internal sealed class PostgresNodes(PostgresConnections connections, IQueries queries) : INodes
{
    private static readonly Statement EndLeases = new("", """
        UPDATE work SET owner = NULL, lease_until = 0
        FROM (SELECT id AS held FROM work WHERE owner = $1 ORDER BY id FOR NO KEY UPDATE) AS mine WHERE work.id = mine.held RETURNING 1
        """);

    /// <summary>Only the lock of a dead node can be had; it is given back at the end of this statement.</summary>
    private static readonly Statement Reap = new("", """
        WITH gone AS MATERIALIZED (
            SELECT o.owner FROM (SELECT DISTINCT owner FROM work WHERE owner IS NOT NULL OFFSET 0) AS o
            WHERE pg_try_advisory_xact_lock(hashtextextended('node ' || o.owner, 0)))
        UPDATE work SET owner = NULL, lease_until = 0
        FROM (SELECT id AS held FROM work WHERE owner IN (SELECT owner FROM gone) ORDER BY id FOR NO KEY UPDATE) AS theirs WHERE work.id = theirs.held RETURNING 1
        """);

    public async Task<INodeSession> JoinAsync(NodeIdentity node, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenDirectAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('node ' || $1, 0))", connection);
            PostgresArguments.AddTo(command.Parameters, node.Id);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new PostgresNodeSession(connection, () => EndLeasesAsync(node));
        }
        catch (NpgsqlException e)
        {
            await connection.DisposeAsync();
            throw new StoreUnavailableException(connections.Explain(e), e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<int> ReapAsync(CancellationToken cancellationToken) =>
        (await queries.WriteAsync(Reap, _ => true, cancellationToken)).Count;

    private async Task EndLeasesAsync(NodeIdentity node)
    {
        try
        {
            await queries.WriteAsync(EndLeases, _ => true, CancellationToken.None, node.Id);
        }
        catch (StoreUnavailableException)
        {
            // Without the lock the leases end by themselves, or others end them.
        }
    }
}

internal sealed class PostgresNodeSession : INodeSession
{
    private readonly NpgsqlConnection _connection;
    private readonly Func<Task> _onLeave;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _watch;

    public PostgresNodeSession(NpgsqlConnection connection, Func<Task> onLeave)
    {
        _connection = connection;
        _onLeave = onLeave;
        Lost = _lost.Token;
        _watch = Task.Run(WatchAsync);
    }

    public CancellationToken Lost { get; }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _watch;
        await _onLeave();
        await _connection.DisposeAsync();
        _lost.Dispose();
        _leaving.Dispose();
    }

    /// <summary>Nothing is ever said on this connection; waiting on it is how its end is noticed.</summary>
    private async Task WatchAsync()
    {
        try
        {
            while (true) await _connection.WaitAsync(_leaving.Token);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // Leaving by ourselves is no loss.
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            await _lost.CancelAsync();
        }
    }
}
