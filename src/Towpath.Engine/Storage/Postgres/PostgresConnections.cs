using Npgsql;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>The pool for commits and reads, and direct connections for what must not wander between clients.</summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    private readonly NpgsqlDataSource _pool;
    private readonly string _direct;

    public PostgresConnections(NpgsqlConnectionStringBuilder address)
    {
        Description = $"PostgreSQL {address.Host}:{address.Port}/{address.Database}";
        _direct = Direct(address).ConnectionString;
        _pool = NpgsqlDataSource.Create(Pooled(address));
    }

    /// <summary>For messages; without user and password.</summary>
    public string Description { get; }

    /// <exception cref="StoreUnavailableException">It cannot be reached.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _pool.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw new StoreUnavailableException(Explain(e), e);
        }
    }

    /// <summary>Outside the pool, with keepalives in both directions, so that either side learns of the other's death within seconds.</summary>
    public async Task<NpgsqlConnection> OpenDirectAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_direct);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new StoreUnavailableException(Explain(e), e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public string Explain(Exception error) =>
        $"{Description} is not available: {(error as PostgresException)?.MessageText ?? error.GetBaseException().Message}";

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private static NpgsqlConnectionStringBuilder Pooled(NpgsqlConnectionStringBuilder address)
    {
        // Nothing here leaves anything behind in a session, and resetting one costs more than most statements.
        var pooled = new NpgsqlConnectionStringBuilder(address.ConnectionString) { MaxAutoPrepare = 200, AutoPrepareMinUsages = 2, Enlist = false, NoResetOnClose = true };
        if (!address.ContainsKey("Maximum Pool Size")) pooled.MaxPoolSize = 24;
        if (string.IsNullOrEmpty(address.ApplicationName)) pooled.ApplicationName = "towpath";
        return pooled;
    }

    private static NpgsqlConnectionStringBuilder Direct(NpgsqlConnectionStringBuilder address) => new(address.ConnectionString)
    {
        Pooling = false,
        Enlist = false,
        ApplicationName = "towpath node",
        KeepAlive = 2,
        TcpKeepAlive = true,
        TcpKeepAliveTime = 2,
        TcpKeepAliveInterval = 1,
        Options = $"{address.Options} -c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 -c synchronous_commit=off".TrimStart(),
    };
}
