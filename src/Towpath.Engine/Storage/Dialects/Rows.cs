using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Towpath.Engine.Storage.Dialects;

internal static class Rows
{
    public static string? Text(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? OptionalNumber(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static DateTimeOffset Instant(this DbDataReader row, int column) => Instants.FromMicroseconds(row.GetInt64(column));

    public static DateTimeOffset? OptionalInstant(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Instant(column);

    public static T Document<T>(this DbDataReader row, int column, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(row.GetString(column), type) ?? throw new InvalidDataException("a stored document is null");

    public static T? OptionalDocument<T>(this DbDataReader row, int column, JsonTypeInfo<T> type)
        where T : class => row.IsDBNull(column) ? null : row.Document(column, type);

    public static async Task<T?> FirstAsync<T>(this Task<List<T>> rows)
        where T : class => await rows is [var first, ..] ? first : null;
}
