using Towpath.Core.Applications;
using Towpath.Core.Approvals;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Work;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Approvals;

/// <summary>In which role somebody decides, or why they cannot.</summary>
internal static class ApprovalRole
{
    public static Answer<string> Choose(string user, Deployment deployment, GateReading reading, string? wanted, Verdict verdict)
    {
        if (deployment.Phase is not (Phase.Waiting or Phase.Queued))
            return Refusal.Conflict("not_now", $"It is too late to decide: the deployment {deployment.Id.Short} is {Words.Of(deployment.Phase)}.");
        if (reading.Input is not { } input)
            return Refusal.Conflict("no_environment", $"{deployment.Key} is no longer in the configuration. Put it back, or cancel the deployment.") with { Gates = reading.Gates };
        if (wanted is not null) wanted = Parties.Canonical(wanted);
        if (input.Environment.Approvals.Count == 0)
            return Refusal.Conflict("no_approval_needed", $"{deployment.Key} asks for no approvals.") with { Gates = reading.Gates };
        var no = RefuseRole(user, input, wanted) ?? RefusePerson(user, input) ?? (verdict == Verdict.Approved ? RefuseUnknown(input, reading) : null);
        if (no is null && verdict == Verdict.Approved) return ChooseUseful(user, input, reading.Gates, wanted);
        return no is null ? Mine(user, input, wanted).First().Role : no with { Gates = reading.Gates };
    }

    private static Refusal? RefuseRole(string user, GateInput input, string? wanted)
    {
        if (wanted is not null && Rules(input).All(rule => !string.Equals(rule.Role, wanted, StringComparison.Ordinal)))
            return Refusal.Conflict("role_not_asked", $"{input.Key} asks for no approval by '{PlainLines.Of(wanted)}', but by {Roles(input)}.");
        if (Mine(user, input, wanted).Any()) return null;
        return Rules(input).All(rule => Parties.IsRole(rule.Role))
            ? Refusal.NotAllowed("not_in_role", $"{user} is not in the role {wanted ?? Roles(input)} for '{input.Key.Application}'. Roles are given in organization.yaml.")
            : Refusal.NotAllowed("not_in_role", $"{user} is not asked: {input.Key} needs approval by {(wanted is null ? Roles(input) : Parties.Words(wanted))}. Roles are given in organization.yaml, teams at GitHub.");
    }

    private static Refusal? RefusePerson(string user, GateInput input) => ApprovalRules.WhyNot(user, input) is { } why
        ? Refusal.NotAllowed("own_change", $"{user} {why}. Somebody else must decide; who asked for it may cancel it.")
        : null;

    private static Refusal? RefuseUnknown(GateInput input, GateReading reading)
    {
        if (ApprovalRules.WhoIsUnknown(input) is null) return null;
        var line = GateWords.Lines(reading.Gates.Children.First(gate => gate.Gate == "approvals"))[0];
        return Refusal.Conflict("unknown_hand", $"{line.Text}. What to do: {line.WhatToDo}.");
    }

    private static Answer<string> ChooseUseful(string user, GateInput input, GateResult gates, string? wanted)
    {
        var tally = Tally.Of(input);
        var chosen = wanted is null ? tally.Choose(user) : tally.Helps(user, wanted) ? wanted : null;
        return chosen is not null ? chosen : RefuseUseless(user, input, tally, wanted) with { Gates = gates };
    }

    private static Refusal RefuseUseless(string user, GateInput input, Tally tally, string? wanted)
    {
        var earlier = input.Approvals.FirstOrDefault(a =>
            a.Verdict == Verdict.Approved && ApprovalRules.WhyVoid(a, input) is null && string.Equals(a.User, user, StringComparison.Ordinal));
        return earlier is null
            ? Refusal.Conflict("already_approved", $"{input.Key} has all the approvals it needs by {(wanted is null ? "the roles of " + user : Parties.Words(wanted))}.")
            : Refusal.Conflict("already_decided", $"{user} has approved this{As(earlier.Role)} already, and one person counts for one rule.{StillNeeded(input, tally)}");
    }

    private static string StillNeeded(GateInput input, Tally tally)
    {
        var way = tally.Best;
        var unmet = way.Rules.Select((rule, index) => (rule, index)).FirstOrDefault(r => way.SeatedFor(r.index).Count < r.rule.Count);
        if (unmet.rule is not { Role: var role }) return "";
        return way.MayAct(unmet.index) is { Count: > 0 } others
            ? $" Somebody else must approve{As(role)}: {string.Join(", ", others)}."
            : $" Somebody else must approve{As(role)}, and nobody else in organization.yaml may: add a user to that role.";
    }

    /// <summary>The rules that this person could act for.</summary>
    private static IEnumerable<ApprovalRule> Mine(string user, GateInput input, string? wanted) =>
        Rules(input).Where(rule => ApprovalRules.IsOf(user, rule.Role, input) && (wanted is null || string.Equals(rule.Role, wanted, StringComparison.Ordinal)));

    private static IEnumerable<ApprovalRule> Rules(GateInput input) => input.Environment.Approvals.SelectMany(need => need.Rules);

    private static string Roles(GateInput input) => string.Join(" or ", Rules(input).Select(rule => Parties.Words(rule.Role)).Distinct(StringComparer.Ordinal));

    private static string As(string party) => Parties.UserOf(party) is null ? $" as {Parties.Words(party)}" : "";
}
