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
        var needed = NeededRoles(view);
        var mine = organization.RolesOf(caller.User, view.Application);
        var why = needed.Count == 0 ? null : WhyNot(caller, view, rights, needed, mine);
        return new Abilities
        {
            Deploy = deploys,
            Cancel = deploys && !view.Phase.IsTerminal() && view.Phase != Phase.RollingBack && view.Cancel is null,
            Retry = deploys && view.Phase == Phase.NeedsAttention,
            ApproveAs = why is null ? [.. needed.Where(role => mine.Contains(role, StringComparer.Ordinal))] : [],
            WhyNotApprove = why,
        };
    }

    private static IReadOnlyList<string> NeededRoles(DeploymentView view) => view is { Phase: Phase.Waiting, Gates: { } gates }
        ? [.. gates.Children.SelectMany(gate => gate.Children).Where(rule => rule is { Gate: "approval", State: GateState.Closed }).Select(rule => rule.Facts.GetValueOrDefault("role", ""))]
        : [];

    private static string? WhyNot(Caller caller, DeploymentView view, Rights rights, IReadOnlyList<string> needed, IReadOnlyList<string> mine)
    {
        if (Same(caller.User, view.RequestedBy)) return "You asked for this, and nobody approves their own request.";
        if (Same(caller.User, view.Author)) return "You wrote this change, and nobody approves their own.";
        if (view.Approvals.FirstOrDefault(a => Same(caller.User, a.User) && a.Verdict == Core.Approvals.Verdict.Approved && a.PolicyRevision == view.PolicyRevision) is { } given)
            return $"You approved this as {given.Role}. One person counts for one rule.";
        if (!mine.Any(role => needed.Contains(role, StringComparer.Ordinal))) return $"An approval needs the role {string.Join(" or ", needed)}; you have {(mine.Count == 0 ? "no role here" : string.Join(", ", mine))}.";
        return rights.Refuse(Permission.Approve, view.Application)?.Reason;
    }

    private static bool Same(string user, string? other) => string.Equals(user, other, StringComparison.OrdinalIgnoreCase);
}
