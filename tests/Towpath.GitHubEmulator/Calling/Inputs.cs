using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>Reads members of a body. A value of the wrong type is refused as GitHub does.</summary>
public static class Inputs
{
    public static string? Text(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => (string?)value,
        var other => throw Wrong(name, other, "string"),
    };

    public static string Required(this JsonObject from, string name, string resource) =>
        from.Text(name) is { Length: > 0 } text ? text : throw GitHubFault.Invalid(resource, name, "missing_field");

    public static bool? Flag(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => (bool)value,
        var other => throw Wrong(name, other, "boolean"),
    };

    public static long? Number(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => (long)value.GetValue<double>(),
        JsonValue value when value.TryGetValue(out long number) => number,
        var other => throw Wrong(name, other, "integer"),
    };

    public static JsonObject? Member(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonObject member => member,
        var other => throw Wrong(name, other, "object"),
    };

    /// <summary>Null where there is no such member.</summary>
    public static IReadOnlyList<string>? Texts(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonArray array => [.. array.Select(item => item is JsonValue v && v.GetValueKind() == JsonValueKind.String ? (string)v! : throw Wrong(name, item, "string"))],
        var other => throw Wrong(name, other, "array"),
    };

    public static IEnumerable<JsonObject> Items(this JsonObject from, string name) => from[name] switch
    {
        null => [],
        JsonArray array => array.OfType<JsonObject>(),
        var other => throw Wrong(name, other, "array"),
    };

    public static DateTimeOffset? Moment(this JsonObject from, string name) =>
        from.Text(name) is not { } text ? null : DateTimeOffset.TryParse(text, out var at) ? at : throw Wrong(name, from[name], "date-time");

    /// <summary>A node that may stand anywhere.</summary>
    public static JsonNode? Copy(this JsonObject from, string name) => from[name]?.DeepClone();

    private static GitHubFault Wrong(string name, JsonNode? value, string type) =>
        GitHubFault.Refused($"Invalid request.\n\nFor 'properties/{name}', {value?.ToJsonString() ?? "null"} is not a {type}.");
}
