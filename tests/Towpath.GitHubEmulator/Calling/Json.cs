using System.Text.Json.Nodes;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>Short ways to write GitHub's JSON.</summary>
public static class Json
{
    public static JsonArray Array(IEnumerable<JsonNode?> items)
    {
        var result = new JsonArray();
        foreach (var item in items) result.Add(item);
        return result;
    }

    public static JsonArray Texts(IEnumerable<string> items) => Array(items.Select(item => (JsonNode?)item));

    /// <summary>Seconds, in UTC, as GitHub writes them.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    public static string? Time(DateTimeOffset? at) => at is { } when ? Time(when) : null;

    /// <summary>Adds or replaces members.</summary>
    public static JsonObject With(this JsonObject view, params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        foreach (var (name, value) in members) view[name] = value;
        return view;
    }
}
