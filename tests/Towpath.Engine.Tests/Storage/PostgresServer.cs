using Npgsql;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Towpath.Engine.Tests.Storage;

/// <summary>
/// The PostgreSQL of this run: the one that <c>TOWPATH_TEST_POSTGRES</c> names, else one of our own. Each test gets a database,
/// copied from a migrated one whose clock tests can move.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string MovableClock = """
        CREATE TABLE test_clock (offset_by bigint NOT NULL);
        INSERT INTO test_clock VALUES (0);
        CREATE OR REPLACE FUNCTION towpath_now() RETURNS bigint LANGUAGE sql STABLE AS
        $$ SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint + (SELECT offset_by FROM test_clock) $$;
        """;

    private readonly SemaphoreSlim _gate = new(1);
    private PostgresCluster? _own;
    private string? _connectionString;
    private string? _template;

    /// <summary>A connection string to a new, empty database.</summary>
    public async Task<string> CreateEmptyAsync() => await CreateAsync("template1");

    /// <summary>A connection string to a new, migrated database.</summary>
    public async Task<string> CreateAsync() => await CreateAsync(await TemplateAsync());

    /// <summary>A connection string to a copy of a database that nobody is connected to.</summary>
    public Task<string> CopyAsync(string connectionString) => CreateAsync(new NpgsqlConnectionStringBuilder(connectionString).Database!);

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null) await _own.DisposeAsync();
        _gate.Dispose();
    }

    private async Task<string> CreateAsync(string template)
    {
        await _gate.WaitAsync();
        try
        {
            var name = $"towpath_{Guid.CreateVersion7():N}";
            var server = await ServerAsync();
            await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE {template}");
            return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string> TemplateAsync()
    {
        if (_template is { } made) return made;
        var database = await CreateEmptyAsync();
        await using (var store = StoreFactory.Open(database + ";Pooling=false", TimeProvider.System)) await store.MigrateAsync(CancellationToken.None);
        await ExecuteAsync(database, MovableClock);
        return _template ??= new NpgsqlConnectionStringBuilder(database).Database!;
    }

    private async Task<string> ServerAsync()
    {
        if (_connectionString is { } known) return known;
        if (Environment.GetEnvironmentVariable("TOWPATH_TEST_POSTGRES") is { Length: > 0 } given) return _connectionString = given;
        _own = await PostgresCluster.StartAsync("max_connections=300", "shared_buffers=128MB", "fsync=off", "full_page_writes=off");
        return _connectionString = _own.ConnectionString;
    }
}
