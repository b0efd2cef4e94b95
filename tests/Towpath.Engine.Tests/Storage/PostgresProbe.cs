using Npgsql;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Storage;

/// <summary>Looks into a PostgreSQL database from outside, and stands in the way of its commits.</summary>
internal static class PostgresProbe
{
    private const string Blocked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory' LIMIT 1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Somebody else holds the line's lock, so that a commit stands still in its middle.</summary>
    public static async Task<NpgsqlConnection> HoldLineAsync(string database, string queue = "shop/production")
    {
        var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended($1, 0))", connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = queue } } };
        await command.ExecuteNonQueryAsync(Token);
        return connection;
    }

    /// <returns>The process of a commit that waits for such a lock.</returns>
    public static async Task<int> BlockedAsync(string database)
    {
        var pid = 0;
        await Patience.UntilAsync(async () => (pid = await ScalarAsync(database, Blocked)) != 0);
        return pid;
    }

    public static Task EndAsync(string database, int pid) => PostgresServer.ExecuteAsync(database, $"SELECT pg_terminate_backend({pid}, 5000)");

    public static async Task<int> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return (int?)await command.ExecuteScalarAsync(Token) ?? 0;
    }
}
