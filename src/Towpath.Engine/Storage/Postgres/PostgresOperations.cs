using Npgsql;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>The operation ids of commits.</summary>
internal sealed class PostgresOperations(PostgresConnections connections, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whoever inserts the id first decides. A commit still on its way inside the server has done so: then this waits for its end.
    /// If it has not, its id is taken now, and it can only fail. So there is no instant at which "not found" could turn out wrong.
    /// </summary>
    private const string Decide = """
        INSERT INTO operations (id, at, refused) VALUES ($1, towpath_now(), TRUE) ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING refused
        """;

    public static bool IsKnown(PostgresException error) => string.Equals(error.ConstraintName, "operations_pkey", StringComparison.Ordinal);

    /// <summary>Whether the commit with this operation id was saved; if not, it never will be.</summary>
    /// <exception cref="StoreUnavailableException">The database did not come back in time; the outcome stays unknown.</exception>
    public async Task<bool> SettleAsync(string operation)
    {
        var since = time.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            try
            {
                return !await DecideAsync(operation);
            }
            catch (Exception e) when (e is NpgsqlException or StoreUnavailableException)
            {
                if (time.GetElapsedTime(since) > Patience)
                    throw new StoreUnavailableException($"the connection to {connections.Description} was cut during a commit, and it could not be asked what became of it", e);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(1000, 20 << Math.Min(tries, 6))), time, CancellationToken.None);
            }
        }
    }

    private async Task<bool> DecideAsync(string operation)
    {
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(Decide, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = operation } } };
        return (bool)(await command.ExecuteScalarAsync(CancellationToken.None))!;
    }
}
