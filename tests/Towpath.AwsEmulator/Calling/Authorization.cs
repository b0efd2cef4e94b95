using Towpath.AwsEmulator.Calling.Policies;
using Towpath.AwsEmulator.Iam;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Calling;

/// <summary>Whether the caller may: scripted deny rules first, then the policies of its role.</summary>
internal sealed class Authorization(EmulatorWorld world)
{
    private const string Denied = "with an explicit deny in an identity-based policy";

    public void Check(EmulatorCall call, IEmulatedService service, WireProtocol wire)
    {
        if (!IsLimited(call.Caller)) return;
        foreach (var need in service.NeedsOf(call))
            if (RefusalOf(call, need) is { } words) throw wire.AccessDenied(words);
    }

    /// <summary>AWS's words; null when the caller may.</summary>
    public string? RefusalOf(EmulatorCall call, NeededPermission need)
    {
        if (world.Script.Denied.Any(d => IsDenied(d, need, call.Caller))) return Words(call.Caller, need, Denied);
        foreach (var policies in PoliciesOf(call.Caller))
            if (PolicyDecision.Decide(policies, need.Action, need.Resource, FactsOf(call, need)) is not Decision.Allowed and var decision)
                return Words(
                    call.Caller, need, decision == Decision.ExplicitlyDenied ? Denied : $"because no identity-based policy allows the {need.Action} action");
        return null;
    }

    private bool IsLimited(Caller caller) => world.Script.Denied.Count > 0 || PoliciesOf(caller).Any();

    /// <summary>Each must allow: what the role has, and what the session was limited to.</summary>
    private IEnumerable<IReadOnlyList<PolicyStatement>> PoliciesOf(Caller caller)
    {
        // A role without policies may do everything: tests that are not about permissions stay short.
        if (caller.RoleArn is { } arn && world.State.Of<IamState>().FindRole(arn) is { Policies.IsEmpty: false } role)
            yield return [.. role.PolicyDocuments.SelectMany(p => p.Statements)];
        if (caller.SessionPolicy is { } session) yield return session.Statements;
    }

    private static bool IsDenied(DenyRule rule, NeededPermission need, Caller caller) =>
        Wildcard.Matches(rule.Action, need.Action, ignoreCase: true) && Wildcard.Matches(rule.Principal, caller.Arn)
        && (need.Resource is null || Wildcard.Matches(rule.Resource, need.Resource));

    private static Dictionary<string, string> FactsOf(EmulatorCall call, NeededPermission need)
    {
        var facts = FactsOf(call);
        if (need.Fact is { } fact) facts[fact.Key] = fact.Value;
        return facts;
    }

    private static Dictionary<string, string> FactsOf(EmulatorCall call) => new(StringComparer.Ordinal)
    {
        ["aws:RequestedRegion"] = call.Caller.Region,
        ["aws:PrincipalAccount"] = call.Caller.Account,
        ["aws:PrincipalArn"] = call.Caller.RoleArn ?? call.Caller.Arn,
        ["s3:prefix"] = call.Http.Request.Query["prefix"].ToString(),
    };

    private static string Words(Caller caller, NeededPermission need, string why)
    {
        var resource = need.Resource ?? "*";
        if (need.Action.StartsWith("s3:", StringComparison.Ordinal)) resource = $"\"{resource}\"";
        return $"User: {caller.Arn} is not authorized to perform: {need.Action} on resource: {resource} {why}";
    }
}
