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
        var denied = world.Script.Denied;
        var role = call.Caller.RoleArn is { } arn ? world.State.Of<IamState>().FindRole(arn) : null;
        var limits = new List<IReadOnlyList<PolicyDocument>>(2);
        // A role without policies may do everything: tests that are not about permissions stay short.
        if (role is { Policies.IsEmpty: false }) limits.Add([.. role.PolicyDocuments]);
        if (call.Caller.SessionPolicy is { } session) limits.Add([session]);
        if (denied.Count == 0 && limits.Count == 0) return;
        var facts = FactsOf(call);
        foreach (var need in service.NeedsOf(call))
        {
            if (denied.Any(d => IsDenied(d, need, call.Caller))) throw wire.AccessDenied(Words(call.Caller, need, Denied));
            foreach (var policies in limits)
                if (PolicyDecision.Decide(policies, need.Action, need.Resource, facts) is not Decision.Allowed and var decision)
                    throw wire.AccessDenied(Words(
                        call.Caller, need, decision == Decision.ExplicitlyDenied ? Denied : $"because no identity-based policy allows the {need.Action} action"));
        }
    }

    private static bool IsDenied(DenyRule rule, NeededPermission need, Caller caller) =>
        Wildcard.Matches(rule.Action, need.Action, ignoreCase: true) && Wildcard.Matches(rule.Principal, caller.Arn)
        && (need.Resource is null || Wildcard.Matches(rule.Resource, need.Resource));

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
