using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Calling.Policies;
using Towpath.AwsEmulator.Iam;
using Towpath.AwsEmulator.Oidc;

namespace Towpath.AwsEmulator.Sts;

/// <summary>Whether a role's trust policy lets somebody in.</summary>
internal static class TrustDecision
{
    public static bool Trusts(EmulatedRole role, Caller caller, string session, string? externalId, string action = "sts:AssumeRole")
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["sts:RoleSessionName"] = session, ["aws:PrincipalArn"] = caller.RoleArn ?? caller.Arn, ["aws:PrincipalAccount"] = caller.Account,
        };
        if (externalId is not null) facts["sts:ExternalId"] = externalId;
        return Decide(role, action, s => Names(s, caller), facts);
    }

    public static bool Trusts(EmulatedRole role, EmulatedOidcProvider provider, CheckedToken token, string audience, string session)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["sts:RoleSessionName"] = session };
        foreach (var name in OidcConditionKeys.Of(provider.Host))
            if (TextOf(token.Claims[name]) is { } text) facts[$"{provider.Host}:{name}"] = text;
        facts[$"{provider.Host}:aud"] = audience;
        return Decide(
            role, "sts:AssumeRoleWithWebIdentity", s => s.Principals.GetValueOrDefault("Federated")?.Contains(provider.Arn, StringComparer.Ordinal) == true, facts);
    }

    private static bool Decide(EmulatedRole role, string action, Func<PolicyStatement, bool> names, Dictionary<string, string> facts)
    {
        var matching = role.TrustPolicy.Statements.Where(s => s.HasAction(action) && names(s) && s.Conditions.All(c => c.Holds(facts))).ToList();
        return matching.Count > 0 && matching.All(s => s.Allows);
    }

    private static bool Names(PolicyStatement statement, Caller caller)
    {
        if (statement.Principals.ContainsKey("*")) return true;
        foreach (var principal in statement.Principals.GetValueOrDefault("AWS") ?? [])
            if (principal == "*" || principal == caller.Account || principal == $"arn:aws:iam::{caller.Account}:root"
                || principal == caller.Arn || principal == caller.RoleArn) return true;
        return false;
    }

    private static string? TextOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.ToString(),
        _ => null,
    };
}
