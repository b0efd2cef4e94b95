using System.Globalization;
using System.Text.Json.Nodes;

namespace Towpath.Aws.Calling;

/// <summary>Short ways to read documents that are kept as AWS sent them. What is absent or of another type is null or empty, never an error.</summary>
internal static class AwsDocument
{
    public static string? Text(this JsonObject document, string name) => document[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static long? Number(this JsonObject document, string name) =>
        document[name] is JsonValue value && decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (long)number : null;

    public static bool Flag(this JsonObject document, string name) => document[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    /// <summary>A timestamp of awsJson: seconds since 1970 with a fraction.</summary>
    public static DateTimeOffset? Instant(this JsonObject document, string name) =>
        document[name] is JsonValue value && decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : null;

    public static JsonObject? Member(this JsonObject document, string name) => document[name] as JsonObject;

    public static IEnumerable<JsonObject> Items(this JsonObject document, string name) => document[name] is JsonArray items ? items.OfType<JsonObject>() : [];

    public static IReadOnlyList<string> Texts(this JsonObject document, string name) =>
        document[name] is JsonArray items ? [.. items.OfType<JsonValue>().Select(item => item.TryGetValue(out string? text) ? text : item.ToJsonString())] : [];

    /// <summary>What stands behind the last slash: <c>web:3</c> of a task definition's ARN, a task's id, a cluster's name.</summary>
    public static string Tail(string arn) => arn[(arn.LastIndexOf('/') + 1)..];
}
