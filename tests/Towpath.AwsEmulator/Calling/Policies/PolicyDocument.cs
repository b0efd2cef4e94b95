using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Calling.Policies;

/// <summary>An IAM policy document. Source: IAM JSON policy elements reference.</summary>
public sealed class PolicyDocument
{
    private PolicyDocument(IReadOnlyList<PolicyStatement> statements) => Statements = statements;

    public IReadOnlyList<PolicyStatement> Statements { get; }

    /// <summary>Throws <see cref="FormatException"/> with what is wrong.</summary>
    public static PolicyDocument Parse(string json)
    {
        try
        {
            var statements = JsonNode.Parse(json) is JsonObject document ? document["Statement"] : null;
            return statements switch
            {
                JsonArray many => new PolicyDocument([.. many.Select(s => PolicyStatement.Of(s as JsonObject ?? throw new FormatException("Syntax errors in policy.")))]),
                JsonObject one => new PolicyDocument([PolicyStatement.Of(one)]),
                _ => throw new FormatException("Syntax errors in policy."),
            };
        }
        catch (JsonException wrong)
        {
            throw new FormatException("This policy contains invalid Json", wrong);
        }
    }
}

/// <summary>One statement. A null list means that the element is absent.</summary>
public sealed record PolicyStatement(
    bool Allows,
    IReadOnlyList<string>? Actions,
    IReadOnlyList<string>? NotActions,
    IReadOnlyList<string>? Resources,
    IReadOnlyList<string>? NotResources,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Principals,
    IReadOnlyList<PolicyCondition> Conditions)
{
    internal static PolicyStatement Of(JsonObject statement)
    {
        var effect = (string?)statement["Effect"];
        if (effect is not ("Allow" or "Deny")) throw new FormatException("Syntax errors in policy.");
        if (statement["Action"] is null && statement["NotAction"] is null) throw new FormatException("Policy statement must contain actions.");
        return new PolicyStatement(
            effect == "Allow", List(statement["Action"]), List(statement["NotAction"]), List(statement["Resource"]), List(statement["NotResource"]),
            PrincipalsOf(statement["Principal"]), PolicyCondition.ListOf(statement["Condition"] as JsonObject));
    }

    public bool HasAction(string action) => Actions is null
        ? NotActions?.Any(a => Wildcard.Matches(a, action, ignoreCase: true)) == false
        : Actions.Any(a => Wildcard.Matches(a, action, ignoreCase: true));

    /// <summary>A resource that is not known matches: then the action alone decides.</summary>
    public bool HasResource(string? resource)
    {
        if (resource is null) return true;
        if (Resources is not null) return Resources.Any(r => Wildcard.Matches(r, resource));
        return NotResources is null || !NotResources.Any(r => Wildcard.Matches(r, resource));
    }

    internal static IReadOnlyList<string>? List(JsonNode? node) => node switch
    {
        null => null,
        JsonArray many => [.. many.Select(n => n?.ToString() ?? "")],
        _ => [node.ToString()],
    };

    private static Dictionary<string, IReadOnlyList<string>> PrincipalsOf(JsonNode? node) => node switch
    {
        JsonObject byKind => byKind.ToDictionary(p => p.Key, p => List(p.Value) ?? [], StringComparer.Ordinal),
        null => new(StringComparer.Ordinal),
        _ => new(StringComparer.Ordinal) { ["*"] = ["*"] },
    };
}
