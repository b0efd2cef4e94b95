using System.Globalization;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Estates;

/// <summary>Short ways to read and write the JSON of the AWS protocols.</summary>
public static class Json
{
    /// <summary>An object of the members that are not null. Nodes that already stand elsewhere are copied.</summary>
    public static JsonObject Object(params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var result = new JsonObject();
        foreach (var (name, value) in members)
            if (value is not null) result[name] = Free(value);
        return result;
    }

    public static JsonArray Array(IEnumerable<JsonNode> items)
    {
        var result = new JsonArray();
        foreach (var item in items) result.Add(Free(item));
        return result;
    }

    public static JsonArray Texts(IEnumerable<string> items)
    {
        var result = new JsonArray();
        foreach (var item in items) result.Add((JsonNode)item);
        return result;
    }

    /// <summary>Seconds since 1970 with milliseconds, as awsJson writes timestamps.</summary>
    public static JsonNode? Epoch(DateTimeOffset? at) =>
        at is { } when ? JsonValue.Create(when.ToUnixTimeMilliseconds() / 1000m) : null;

    public static string? Text(this JsonObject from, string name) =>
        from[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static int? Number(this JsonObject from, string name) => from[name] is JsonValue value ? (int)Read(value) : null;

    public static double? Fraction(this JsonObject from, string name) => from[name] is JsonValue value ? (double)Read(value) : null;

    public static bool Flag(this JsonObject from, string name) => from[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    public static DateTimeOffset? Moment(this JsonObject from, string name) =>
        from[name] is JsonValue value ? DateTimeOffset.FromUnixTimeMilliseconds((long)(Read(value) * 1000)) : null;

    public static JsonObject? Member(this JsonObject from, string name) => from[name] as JsonObject;

    public static IEnumerable<JsonObject> Items(this JsonObject from, string name) =>
        from[name] is JsonArray items ? items.OfType<JsonObject>() : [];

    public static IReadOnlyList<string> Strings(this JsonObject from, string name) =>
        from[name] is JsonArray items ? [.. items.OfType<JsonValue>().Select(item => item.GetValue<string>())] : [];

    private static decimal Read(JsonValue number) =>
        decimal.Parse(number.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static JsonNode Free(JsonNode node) => node.Parent is null ? node : node.DeepClone();
}
