using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Calling.Policies;

/// <summary>One line of a condition block: an operator, a key and the values of which one must match.</summary>
public sealed record PolicyCondition(string Operator, string Key, IReadOnlyList<string> Values)
{
    private const string IfExists = "IfExists";

    internal static IReadOnlyList<PolicyCondition> ListOf(JsonObject? block) => block is null
        ? []
        : [.. block.SelectMany(o => (o.Value as JsonObject ?? []).Select(k => new PolicyCondition(o.Key, k.Key, PolicyStatement.List(k.Value) ?? [])))];

    /// <summary>Whether the facts of a call fulfil it. A key that the call does not have fulfils only the negative operators and IfExists.</summary>
    public bool Holds(IReadOnlyDictionary<string, string> facts)
    {
        var found = facts.FirstOrDefault(f => string.Equals(f.Key, Key, StringComparison.OrdinalIgnoreCase)).Value;
        var name = Operator.EndsWith(IfExists, StringComparison.Ordinal) ? Operator[..^IfExists.Length] : Operator;
        if (name == "Null") return Values.Any(v => string.Equals(v, "true", StringComparison.OrdinalIgnoreCase) == found is null);
        if (found is null) return name.Contains("Not", StringComparison.Ordinal) || name != Operator;
        return name switch
        {
            "StringEquals" => Values.Contains(found, StringComparer.Ordinal),
            "StringNotEquals" => !Values.Contains(found, StringComparer.Ordinal),
            "StringEqualsIgnoreCase" => Values.Contains(found, StringComparer.OrdinalIgnoreCase),
            "StringNotEqualsIgnoreCase" => !Values.Contains(found, StringComparer.OrdinalIgnoreCase),
            "StringLike" or "ArnLike" or "ArnEquals" => Values.Any(v => Wildcard.Matches(v, found)),
            "StringNotLike" or "ArnNotLike" or "ArnNotEquals" => !Values.Any(v => Wildcard.Matches(v, found)),
            "Bool" => Values.Contains(found, StringComparer.OrdinalIgnoreCase),
            "NumericEquals" => Values.Contains(found, StringComparer.Ordinal),
            // What is not understood is not fulfilled.
            _ => false,
        };
    }
}
