using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications.Grammar;

/// <summary>Turns values that satisfy their rule into JSON: numbers and toggles as such, durations as whole seconds, text as text.</summary>
internal static class JsonBinder
{
    /// <summary>The settings of a mapping; keys that were not written are not there.</summary>
    public static JsonObject Bind(SpecNode.Mapping mapping, Rule.Mapping rule, string? except = null)
    {
        var settings = new JsonObject();
        foreach (var entry in mapping.Entries)
            if (!string.Equals(entry.Key, except, StringComparison.Ordinal) && rule.Find(entry.Key) is { } key)
                settings[entry.Key] = Bind(entry.Value, key.Rule);
        return settings;
    }

    private static JsonNode? Bind(SpecNode node, Rule rule) => (rule, node) switch
    {
        // Deep inside of what no rule describes; the reader has reported it, so that this is never used.
        (_, SpecNode.Refused) => null,
        (Rule.Number, SpecNode.Scalar scalar) => JsonValue.Create(long.Parse(scalar.Value, CultureInfo.InvariantCulture)),
        (Rule.Toggle, SpecNode.Scalar scalar) => JsonValue.Create(scalar.Value is "true"),
        (Rule.Duration, SpecNode.Scalar scalar) => JsonValue.Create(Seconds(scalar.Value)),
        (Rule.ListOf list, _) => List(node, list),
        (Rule.MapOf map, SpecNode.Mapping mapping) => Map(mapping, map),
        (Rule.Mapping known, SpecNode.Mapping mapping) => Bind(mapping, known),
        (Rule.ByKind kinds, SpecNode.Mapping mapping) => ByKind(mapping, kinds),
        (Rule.OneKeyOf keys, SpecNode.Mapping mapping) => new JsonObject { [mapping.Entries[0].Key] = Bind(mapping.Entries[0].Value, keys.Keys[mapping.Entries[0].Key]) },
        (_, SpecNode.Scalar scalar) => scalar.IsNothing ? null : JsonValue.Create(scalar.Value),
        (_, SpecNode.Sequence sequence) => List(sequence, new Rule.ListOf(rule)),
        (_, SpecNode.Mapping mapping) => Map(mapping, new Rule.MapOf(rule)),
        _ => throw new InvalidOperationException($"{node.Words} does not satisfy the rule {rule.GetType().Name}"),
    };

    private static JsonArray List(SpecNode node, Rule.ListOf rule)
    {
        IReadOnlyList<SpecNode> items = node is SpecNode.Sequence sequence ? sequence.Items : [node];
        return new JsonArray([.. items.Select(item => Bind(item, rule.Item))]);
    }

    private static JsonObject Map(SpecNode.Mapping mapping, Rule.MapOf rule)
    {
        var bound = new JsonObject();
        foreach (var entry in mapping.Entries) bound[entry.Key] = Bind(entry.Value, rule.Value);
        return bound;
    }

    private static JsonObject ByKind(SpecNode.Mapping mapping, Rule.ByKind rule)
    {
        var kind = ((SpecNode.Scalar)mapping["kind"]!).Value;
        var bound = Bind(mapping, rule.Kinds[kind], except: "kind");
        bound.Insert(0, "kind", kind);
        return bound;
    }

    private static long Seconds(string text) =>
        DurationText.TryParse(text, out var duration) ? (long)duration.TotalSeconds : throw new InvalidOperationException("the duration was not checked");
}
