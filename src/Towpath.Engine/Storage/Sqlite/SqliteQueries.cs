using System.Data.Common;
using Microsoft.Data.Sqlite;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>SQLite answers in microseconds on the caller's own thread; an asynchronous call would only pretend.</summary>
internal sealed class SqliteQueries(SqliteConnections connections, SqliteWriter writer, string path) : IQueries
{
    public bool IsPostgres => false;

    public Task<List<T>> ReadAsync<T>(Statement statement, Func<DbDataReader, T> map, CancellationToken cancellationToken, params Arg[] args)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(Read(statement, map, args));
        }
        catch (SqliteException e) when (SqliteErrors.IsUnavailable(e))
        {
            throw SqliteErrors.Unavailable(path, e);
        }
    }

    public Task<List<T>> WriteAsync<T>(Statement statement, Func<DbDataReader, T> map, CancellationToken cancellationToken, params Arg[] args)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(session => session.Read(statement, map, args));
    }

    private List<T> Read<T>(Statement statement, Func<DbDataReader, T> map, Arg[] args)
    {
        var reader = connections.RentReader();
        try
        {
            return reader.Read(statement, map, args);
        }
        finally
        {
            connections.Return(reader);
        }
    }
}
