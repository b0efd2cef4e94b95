using Towpath.Engine.Storage.Postgres;
using Towpath.Engine.Storage.Sqlite;

namespace Towpath.Engine.Storage;

/// <summary>Opens the database that the settings name.</summary>
public static class StoreFactory
{
    /// <param name="database"><c>sqlite:PATH</c>, <c>postgres://user:password@host:port/name</c> or Npgsql's <c>Host=…;Database=…</c>.</param>
    /// <param name="time">For waiting, and for the leases in a SQLite file.</param>
    /// <exception cref="StoreRefusedException">The text is no address, or another process uses that SQLite file.</exception>
    /// <exception cref="StoreUnavailableException">The SQLite file cannot be opened now. PostgreSQL is not asked before it is used.</exception>
    public static IStore Open(string database, TimeProvider time) => DatabaseAddress.Parse(database) switch
    {
        DatabaseAddress.SqliteFile file => SqliteStore.Open(file.Path, time),
        DatabaseAddress.PostgresServer server => new PostgresStore(server.Address, time),
        var other => throw new NotSupportedException(other.GetType().Name),
    };
}
