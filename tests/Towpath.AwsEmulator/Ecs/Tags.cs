using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs;

/// <summary>The tags of one resource.</summary>
public sealed class Tags
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>As the API writes them, with <c>key</c> and <c>value</c>.</summary>
    public JsonArray Written => Json.Array(_values.OrderBy(tag => tag.Key, StringComparer.Ordinal)
        .Select(tag => Json.Object(("key", tag.Key), ("value", tag.Value))));

    public void Add(IEnumerable<JsonObject> tags)
    {
        foreach (var tag in tags) _values[tag.Text("key") ?? ""] = tag.Text("value") ?? "";
    }

    public void Remove(IEnumerable<string> keys)
    {
        foreach (var key in keys) _values.Remove(key);
    }
}
