using Npgsql;

namespace Towpath.Engine.Storage;

/// <summary>Where the database is. Nothing of the text is ever repeated in a message: it may hold a password.</summary>
internal abstract record DatabaseAddress
{
    private const string Forms = "Write sqlite:PATH, postgres://user:password@host:port/name, or Host=…;Database=…;Username=….";

    public sealed record SqliteFile(string Path) : DatabaseAddress;

    public sealed record PostgresServer(NpgsqlConnectionStringBuilder Address) : DatabaseAddress;

    /// <exception cref="StoreRefusedException">It is none of the three forms.</exception>
    public static DatabaseAddress Parse(string text)
    {
        if (text.StartsWith("sqlite:", StringComparison.Ordinal)) return Sqlite(text["sqlite:".Length..]);
        if (text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)) return Uri(text);
        if (text.Contains('=', StringComparison.Ordinal)) return KeyValues(text);
        throw new StoreRefusedException($"The setting for the database is in none of the known forms. {Forms}");
    }

    private static SqliteFile Sqlite(string path) => path.Length > 0
        ? new SqliteFile(System.IO.Path.GetFullPath(path))
        : throw new StoreRefusedException($"The setting for the database names no file. {Forms}");

    private static PostgresServer Uri(string text)
    {
        if (!System.Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.AbsolutePath.Length < 2 || uri.Host.Length == 0)
            throw new StoreRefusedException($"The setting for the database is not an address of the form postgres://user:password@host:port/name; special characters in the password are written as %XX. {Forms}");
        var user = uri.UserInfo.Split(':', 2);
        var address = KeyValues(string.Join(';', uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(System.Uri.UnescapeDataString))).Address;
        address.Host = uri.IdnHost;
        address.Database = System.Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        if (uri.Port > 0) address.Port = uri.Port;
        if (user[0].Length > 0) address.Username = System.Uri.UnescapeDataString(user[0]);
        if (user.Length == 2) address.Password = System.Uri.UnescapeDataString(user[1]);
        return new PostgresServer(address);
    }

    /// <summary>The parser's own error is not passed on: it repeats the value it could not read.</summary>
    private static PostgresServer KeyValues(string text) => TryRead(text) is { } address
        ? new PostgresServer(address)
        : throw new StoreRefusedException($"The setting for the database has a key or a value that is not known (see Npgsql's connection string parameters). {Forms}");

    private static NpgsqlConnectionStringBuilder? TryRead(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException or OverflowException)
        {
            return null;
        }
    }
}
