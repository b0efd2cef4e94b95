using System.Data.Common;
using Npgsql;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Postgres;

internal sealed class PostgresQueries(PostgresConnections connections, TimeProvider time) : IQueries, IAsyncDisposable
{
    private readonly PostgresReads _together = new(connections, time);

    public bool IsPostgres => true;

    /// <summary>A pooled connection that died while it lay idle is noticed only on use: reading is tried once more on another one.</summary>
    public async Task<List<T>> ReadAsync<T>(Statement statement, Func<DbDataReader, T> map, CancellationToken cancellationToken, params Arg[] args)
    {
        if (statement.IsByKey && await _together.ReadAsync(statement, map, args, cancellationToken) is { } rows) return rows;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await RunAsync(statement, map, args, cancellationToken);
            }
            catch (StoreUnavailableException e) when (tries < 3 && e.InnerException is NpgsqlException cause && PostgresStates.IsConnectionLoss(cause))
            {
                // The next connection is opened anew, or the one after it: the loop ends either way.
            }
        }
    }

    /// <summary>Work statements may be repeated too: a claim whose answer was lost is given back by the next heartbeat.</summary>
    public Task<List<T>> WriteAsync<T>(Statement statement, Func<DbDataReader, T> map, CancellationToken cancellationToken, params Arg[] args) =>
        ReadAsync(statement, map, cancellationToken, args);

    public ValueTask DisposeAsync() => _together.DisposeAsync();

    private async Task<List<T>> RunAsync<T>(Statement statement, Func<DbDataReader, T> map, Arg[] args, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(statement.Postgres, connection);
            PostgresArguments.AddTo(command.Parameters, args);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            List<T> rows = [];
            while (await reader.ReadAsync(cancellationToken)) rows.Add(map(reader));
            return rows;
        }
        catch (NpgsqlException e) when (PostgresStates.IsConnectionLoss(e) || (e is PostgresException p && (PostgresStates.IsUnavailable(p) || PostgresStates.IsWorthAnotherTry(p))))
        {
            throw new StoreUnavailableException(connections.Explain(e), e);
        }
    }
}
