using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towpath.Aws.Bootstrap.Policies;

/// <summary>Writes policies, and one spelling of every policy, so that two that mean the same are the same text.</summary>
public static class PolicyText
{
    /// <summary>What the Sids of Towpath's statements begin with, where others write to the same policy.</summary>
    public const string OwnSid = "Towpath";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document; statements with the same actions and conditions are one.</summary>
    public static string Of(IEnumerable<PolicyStatement> statements)
    {
        var joined = statements.GroupBy(KeyOf, StringComparer.Ordinal)
            .Select(same => same.First() with { Resources = [.. same.SelectMany(s => s.Resources).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] });
        return new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. joined.Select(Write)]) }.ToJsonString();
    }

    /// <summary>
    /// A policy that others write to, with Towpath's statements as they should be: what others put there stays, in front. Statements of Towpath are known by
    /// their Sid, or by being the same but for one.
    /// </summary>
    /// <param name="found">As it is; null where there is none.</param>
    /// <param name="own">Towpath's statements.</param>
    public static string Merged(string? found, string own)
    {
        if (found is null || JsonNode.Parse(found) is not JsonObject document) return own;
        var ours = Statements(JsonNode.Parse(own)!);
        var mine = ours.Select(WithoutSid).ToHashSet(StringComparer.Ordinal);
        document["Statement"] = new JsonArray([.. Statements(document).Where(s => !IsOwn(s) && !mine.Contains(WithoutSid(s))).Concat(ours).Select(s => s.DeepClone())]);
        return document.ToJsonString();
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

    private static IReadOnlyList<JsonObject> Statements(JsonNode document) => document["Statement"] switch
    {
        JsonArray many => [.. many.OfType<JsonObject>()],
        JsonObject one => [one],
        _ => [],
    };

    private static bool IsOwn(JsonObject statement) => statement["Sid"] is JsonValue sid && sid.TryGetValue(out string? text) && text.StartsWith(OwnSid, StringComparison.Ordinal);

    private static string WithoutSid(JsonObject statement)
    {
        var rest = (JsonObject)statement.DeepClone();
        rest.Remove("Sid");
        return Canonical(rest)!.ToJsonString();
    }

    private static string KeyOf(PolicyStatement s) => string.Join('|',
        [s.Sid ?? "", s.Denies ? "deny" : "allow", .. s.Actions.Order(StringComparer.Ordinal), .. s.Principals.SelectMany(p => p.Value.Prepend(p.Key)), .. s.Conditions.Select(c => c.Text)]);

    private static JsonObject Write(PolicyStatement statement)
    {
        var written = new JsonObject();
        if (statement.Sid is { } sid) written["Sid"] = sid;
        written["Effect"] = statement.Denies ? "Deny" : "Allow";
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
