using System.Reflection;
using System.Runtime.InteropServices;

namespace Towpath.Benchmarks.Peers;

/// <summary>The SQLite that our store prefers, for the peer, too.</summary>
internal static class SystemSqlite
{
    public static void Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
        SQLitePCL.Batteries_V2.Init();
    }

    public static string Version()
    {
        Load();
        return SQLitePCL.raw.sqlite3_libversion().utf8_to_string();
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        string.Equals(name, "e_sqlite3", StringComparison.Ordinal) && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : 0;
}
