using System.Text.Json;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>What SQLite has no type for.</summary>
internal static class SqliteArguments
{
    /// <summary>A list as the JSON that <c>json_each</c> reads.</summary>
    public static string ListOf(Arg arg) => arg.List is long[] numbers
        ? JsonSerializer.Serialize(numbers, StorageJson.Default.Int64Array)
        : JsonSerializer.Serialize((string[])arg.List!, StorageJson.Default.StringArray);
}
