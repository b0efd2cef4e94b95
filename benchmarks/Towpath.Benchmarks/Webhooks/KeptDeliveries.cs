using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>What a load leaves to be handled, read from the database beside the server that handles it.</summary>
internal static class KeptDeliveries
{
    private const string Pending = "SELECT count(*) FROM deliveries WHERE state = 'pending'";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <returns>How much it was, and how long it took.</returns>
    /// <exception cref="TimeoutException">It is not handled after a quarter of an hour.</exception>
    public static async Task<string> UntilHandledAsync(string database, CancellationToken cancellationToken)
    {
        await using var connection = Open(database);
        await connection.OpenAsync(cancellationToken);
        var (since, left) = (Clock.Time.GetTimestamp(), await CountAsync(connection, cancellationToken));
        for (var now = left; now > 0; now = await CountAsync(connection, cancellationToken))
        {
            if (Clock.Time.GetElapsedTime(since) > Longest) throw new TimeoutException($"{now} deliveries are still to be handled {Longest} after the load");
            await Clock.Wait(200, cancellationToken);
        }

        var seconds = Clock.Time.GetElapsedTime(since).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"{left:N0} of the kept ones were still to be handled at the end; that took {seconds:0.0} s more, {left / seconds:0}/s");
    }

    private static DbConnection Open(string database)
    {
        const string Sqlite = "sqlite:";
        if (!database.StartsWith(Sqlite, StringComparison.Ordinal)) return new NpgsqlConnection(database);
        return new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database[Sqlite.Length..], Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
    }

    private static async Task<long> CountAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pending;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
