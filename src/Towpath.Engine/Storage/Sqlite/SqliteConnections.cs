using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>Connections to one file: one that writes, and readers, which in WAL mode never wait for it.</summary>
internal sealed class SqliteConnections : IDisposable
{
    private readonly string _path;
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly StoreClock _clock;
    private volatile bool _closed;

    public SqliteConnections(string path, StoreClock clock)
    {
        SqliteLibrary.EnsureLoaded();
        _path = path;
        _clock = clock;
    }

    /// <summary>
    /// The log grows to 3000 pages, 12 MiB, before it is copied into the file: every environment's row changes with every step, and a page is
    /// copied once however often it was written. Somebody else's write by hand, such as a repair, is waited for up to 30 seconds.
    /// </summary>
    public SqliteSession OpenWriter() => Open("""
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 30000;
        PRAGMA wal_autocheckpoint = 3000; PRAGMA cache_size = -16000;
        """);

    public SqliteSession RentReader() => _readers.TryTake(out var reader) ? reader : Open("PRAGMA query_only = ON; PRAGMA busy_timeout = 5000;");

    public void Return(SqliteSession reader)
    {
        if (_closed) reader.Dispose();
        else _readers.Add(reader);
    }

    public void Dispose()
    {
        _closed = true;
        while (_readers.TryTake(out var reader)) reader.Dispose();
    }

    private SqliteSession Open(string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = pragmas;
            command.ExecuteNonQuery();
            return new SqliteSession(connection, _clock);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
