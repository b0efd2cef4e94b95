using System.Globalization;
using Npgsql;

namespace Towpath.Benchmarks.Databases;

/// <summary>A private PostgreSQL of this run, made and ended by <c>tests/postgres.sh</c>.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(Machine.Root, "tests", "postgres.sh");
    private readonly string _folder;
    private readonly string _address;
    private int _databases;

    private PostgresCluster(string folder, string address) => (_folder, _address) = (folder, address);

    /// <summary>The process that all others of the server are children of: the first line of its file (PostgreSQL documentation, "Database File Layout").</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(_folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public static PostgresCluster Start()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"towpath-bench-{Environment.ProcessId}");
        var address = Machine.Output(Script, ["start", folder, "max_connections=300", "shared_buffers=256MB", "track_commit_timestamp=on"])
            ?? throw new InvalidOperationException($"PostgreSQL did not start; see {folder}");
        return new PostgresCluster(folder, address);
    }

    public async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(_address, cancellationToken);
        return connection.PostgreSqlVersion.ToString();
    }

    /// <summary>A fresh database. Each of its commits waits so long before it is flushed, as on a disk that takes that long.</summary>
    public async Task<string> CreateAsync(TimeSpan commitDelay, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"bench{_databases++}");
        await using var connection = await OpenAsync(_address, cancellationToken);
        await ExecuteAsync(connection, $"CREATE DATABASE {name}", cancellationToken);
        if (commitDelay > TimeSpan.Zero)
        {
            await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"ALTER DATABASE {name} SET commit_delay = {commitDelay.TotalMicroseconds}"), cancellationToken);
            await ExecuteAsync(connection, $"ALTER DATABASE {name} SET commit_siblings = 0", cancellationToken);
        }

        return new NpgsqlConnectionStringBuilder(_address) { Database = name }.ConnectionString;
    }

    public async Task DropAsync(string database, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(_address, cancellationToken);
        await ExecuteAsync(connection, $"DROP DATABASE {new NpgsqlConnectionStringBuilder(database).Database} WITH (FORCE)", cancellationToken);
        await ExecuteAsync(connection, "CHECKPOINT", cancellationToken);
    }

    /// <summary>Milliseconds from the commit of each request to the commit of its start, by the database's clock.</summary>
    public static async Task<IReadOnlyList<double>> StartsAsync(string database, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(database, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT extract(epoch FROM pg_xact_commit_timestamp(s.xmin) - pg_xact_commit_timestamp(q.xmin))::float8 * 1000
            FROM journal q JOIN journal s USING (deployment) WHERE q.event = 'GatesEvaluated' AND s.event = 'Started'
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<double> starts = [];
        while (await reader.ReadAsync(cancellationToken)) starts.Add(reader.GetDouble(0));
        return starts;
    }

    public ValueTask DisposeAsync()
    {
        Machine.Output(Script, ["stop", _folder]);
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string address, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(address + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
