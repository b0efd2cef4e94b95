using System.Collections.Concurrent;
using Towpath.Engine.Storage.Dialects;
using Towpath.Engine.Storage.Work;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>All nodes of a SQLite file live in this one process, so that a set knows them.</summary>
internal sealed class SqliteNodes(IQueries queries) : INodes
{
    private static readonly Statement Reap = new("""
        UPDATE work SET owner = NULL, lease_until = 0 WHERE owner IS NOT NULL AND owner NOT IN (SELECT value FROM json_each($1)) RETURNING 1
        """);

    private readonly ConcurrentDictionary<string, SqliteNodeSession> _joined = new(StringComparer.Ordinal);

    public Task<INodeSession> JoinAsync(NodeIdentity node, CancellationToken cancellationToken)
    {
        var session = new SqliteNodeSession(() => LeaveAsync(node.Id));
        _joined[node.Id] = session;
        return Task.FromResult<INodeSession>(session);
    }

    public async Task<int> ReapAsync(CancellationToken cancellationToken) =>
        (await queries.WriteAsync(Reap, _ => true, cancellationToken, _joined.Keys.ToArray())).Count;

    private async Task LeaveAsync(string id)
    {
        _joined.TryRemove(id, out _);
        try
        {
            await ReapAsync(CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The leases end by themselves, or when the file is opened again.
        }
    }
}

/// <summary>Never lost while the process lives.</summary>
internal sealed class SqliteNodeSession(Func<Task> onLeave) : INodeSession
{
    public CancellationToken Lost => CancellationToken.None;

    public async ValueTask DisposeAsync() => await onLeave();
}
