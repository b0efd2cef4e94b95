using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towpath.Aws.Bootstrap.Policies;

/// <summary>Writes policies, and one spelling of every policy, so that two that mean the same are the same text.</summary>
public static class PolicyText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document; statements with the same actions and conditions are one.</summary>
    public static string Of(IEnumerable<PolicyStatement> statements)
    {
        var joined = statements.GroupBy(KeyOf, StringComparer.Ordinal)
            .Select(same => same.First() with { Resources = [.. same.SelectMany(s => s.Resources).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] });
        return new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. joined.Select(Write)]) }.ToJsonString();
    }

    /// <summary>The same whatever the order of keys and items, and whether a single item stands in a list; indented for people.</summary>
    public static string Canonical(string document)
    {
        try
        {
            return JsonNode.Parse(document) is { } node ? Canonical(node)!.ToJsonString(Indented) : document;
        }
        catch (JsonException)
        {
            return document;
        }
    }

    public static bool Same(string? one, string? other) => one is not null && other is not null ? Canonical(one) == Canonical(other) : one == other;

    private static string KeyOf(PolicyStatement s) => string.Join('|',
        [s.Denies ? "deny" : "allow", .. s.Actions.Order(StringComparer.Ordinal), .. s.Principals.SelectMany(p => p.Value.Prepend(p.Key)), .. s.Conditions.Select(c => c.Text)]);

    private static JsonObject Write(PolicyStatement statement)
    {
        var written = new JsonObject { ["Effect"] = statement.Denies ? "Deny" : "Allow" };
        if (statement.Principals.Count > 0) written["Principal"] = Principal(statement.Principals);
        written["Action"] = List(statement.Actions);
        if (statement.Resources.Count > 0) written["Resource"] = List(statement.Resources);
        if (statement.Conditions.Count > 0)
            written["Condition"] = new JsonObject(statement.Conditions.GroupBy(c => c.Operator, StringComparer.Ordinal).Select(same =>
                KeyValuePair.Create(same.Key, (JsonNode?)new JsonObject(same.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)List(c.Values)))))));
        return written;
    }

    private static JsonNode Principal(IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> principals) => principals is [{ Key: "*" }]
        ? JsonValue.Create("*")
        : new JsonObject(principals.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)List(p.Value))));

    private static JsonArray List(IReadOnlyList<string> items) => [.. items.Order(StringComparer.Ordinal).Select(item => JsonValue.Create(item))];

    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Canonical(p.Value)))),
        JsonArray { Count: 1 } one => Canonical(one[0]),
        JsonArray many => new JsonArray([.. many.Select(Canonical).OrderBy(item => item?.ToJsonString(), StringComparer.Ordinal)]),
        _ => node?.DeepClone(),
    };
}
