using System.Reflection;
using System.Runtime.InteropServices;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>Prefers the system's SQLite, which is patched with the system; the bundled one serves where there is none.</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Loaded = new(Load);

    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
        SQLitePCL.Batteries_V2.Init();
        // It would count each allocation under one lock for all connections, and nobody asks for the sum. Where it runs already, it says no and stays as it is.
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        string.Equals(name, "e_sqlite3", StringComparison.Ordinal) && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : 0;
}
