using Towpath.Core.Approvals;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Security;

namespace Towpath.Server.Dashboard.Deployments;

/// <summary>What this reader can do here now. Only for showing the right forms: the use cases decide again.</summary>
public sealed record Abilities
{
    public bool Deploy { get; init; }
    public bool Cancel { get; init; }
    public bool Retry { get; init; }

    /// <summary>The roles in which this reader's approval is still needed.</summary>
    public IReadOnlyList<string> ApproveAs { get; init; } = [];

    /// <summary>Why they cannot approve although approvals are needed.</summary>
    public string? WhyNotApprove { get; init; }
}

/// <summary>Finds out what a reader can do.</summary>
public sealed class AbilitiesOf(Configurations configurations)
{
    public async Task<Abilities> Async(Caller caller, DeploymentView view, CancellationToken cancellationToken)
    {
        var organization = (await configurations.CurrentAsync(cancellationToken)).Organization;
        var rights = new Rights(caller, organization);
        var deploys = rights.May(Permission.Deploy, view.Application);
        var needed = ClosedRules(view);
        var mine = organization.RolesOf(caller.User, view.Application);
        var why = needed.Count == 0 ? null : WhyNot(caller, view, rights, needed, mine);
        return new Abilities
        {
            Deploy = deploys,
            Cancel = deploys && !view.Phase.IsTerminal() && view.Phase != Phase.RollingBack && view.Cancel is null,
            Retry = deploys && view.Phase == Phase.NeedsAttention,
            ApproveAs = why is null ? [.. needed.Where(rule => Names(rule, caller)).Select(Role).Distinct(StringComparer.Ordinal)] : [],
            WhyNotApprove = why,
        };
    }

    private static IReadOnlyList<GateResult> ClosedRules(DeploymentView view) => view is { Phase: Phase.Waiting, Gates: { } gates }
        ? [.. ApprovalsGate.RulesIn(gates).Where(rule => !rule.IsOpen)]
        : [];

    private static string? WhyNot(Caller caller, DeploymentView view, Rights rights, IReadOnlyList<GateResult> needed, IReadOnlyList<string> mine)
    {
        if (needed.Any(rule => Names(rule, caller))) return rights.Refuse(Permission.Approve, view.Application)?.Reason;
        if (Same(caller.User, view.RequestedBy)) return "You asked for this, and nobody approves their own request.";
        if (Same(caller.User, view.Author)) return "You wrote this change, and nobody approves their own.";
        if (view.Hands?.Any(hand => Same(caller.User, hand)) is true) return "You pushed, built or published this, and nobody approves what they had a hand in.";
        if (view.Approvals.FirstOrDefault(a => Same(caller.User, a.User) && a.Verdict == Core.Approvals.Verdict.Approved && a.PolicyRevision == view.PolicyRevision) is { } given)
            return $"You approved this{(Parties.UserOf(given.Role) is null ? $" as {Parties.Words(given.Role)}" : "")}. One person counts for one rule.";
        IReadOnlyList<string> roles = [.. needed.Select(Role).Distinct(StringComparer.Ordinal)];
        return mine.Intersect(roles, StringComparer.Ordinal).FirstOrDefault() is { } role
            ? $"You have the {Parties.InFull(role)}, but these gates were evaluated before that counted: they are evaluated again in a moment."
            : $"An approval needs {string.Join(" or ", roles.Select(role => Parties.UserOf(role) ?? $"the {Parties.InFull(role)}"))}; you have {(mine.Count == 0 ? "no role here" : string.Join(", ", mine.Select(Parties.Words)))}.";
    }

    /// <summary>Whether the rule waits for this reader, among others.</summary>
    private static bool Names(GateResult rule, Caller caller) =>
        rule.Facts.GetValueOrDefault("may_act", "").Split(", ").Contains(caller.User, StringComparer.OrdinalIgnoreCase);

    private static string Role(GateResult rule) => rule.Facts.GetValueOrDefault("role", "");

    private static bool Same(string user, string? other) => string.Equals(user, other, StringComparison.OrdinalIgnoreCase);
}
