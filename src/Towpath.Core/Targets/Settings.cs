using System.Globalization;
using System.Text.Json.Nodes;

namespace Towpath.Core.Targets;

/// <summary>
/// Reads bound settings and journaled inputs. Numbers come as any numeric type, depending on whether the object was
/// bound from YAML or parsed from the journal.
/// </summary>
public static class Settings
{
    public static string? Text(JsonObject settings, string key) => settings[key] is JsonValue value ? TextOf(value) : null;

    public static string RequiredText(JsonObject settings, string key) =>
        Text(settings, key) ?? throw new FormatException($"'{key}' is missing from the settings");

    public static long? Number(JsonObject settings, string key) =>
        Text(settings, key) is { } text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>A duration, bound as whole seconds.</summary>
    public static TimeSpan Seconds(JsonObject settings, string key, TimeSpan otherwise) =>
        Number(settings, key) is { } seconds ? TimeSpan.FromSeconds(seconds) : otherwise;

    public static IReadOnlyList<string> List(JsonObject settings, string key) => settings[key] switch
    {
        JsonArray items => [.. items.Select(item => item is JsonValue value ? TextOf(value) : "")],
        JsonValue one => [TextOf(one)],
        _ => [],
    };

    public static IReadOnlyDictionary<string, string> Map(JsonObject settings, string key)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (settings[key] is JsonObject entries)
            foreach (var (name, _) in entries) map[name] = Text(entries, name) ?? "";
        return map;
    }

    public static JsonArray ToJson(IEnumerable<string> items) => [.. items.Select(item => JsonValue.Create(item))];

    public static JsonObject ToJson(IEnumerable<KeyValuePair<string, string>> entries) =>
        new(entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value))));

    private static string TextOf(JsonValue value) => value.TryGetValue<string>(out var text) ? text : value.ToJsonString();
}
