using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications.Checks;

/// <summary>Approvals ask for roles that exist, since a role without a definition could never say yes, and for no more than can be counted at every look.</summary>
internal static class ApprovalCheck
{
    /// <param name="application">Whose environments.</param>
    /// <param name="roles">Those that there are; null where that is not known.</param>
    /// <param name="errors">Where errors go.</param>
    public static void Run(ApplicationFile application, IReadOnlyCollection<string>? roles, SpecErrors errors)
    {
        foreach (var environment in application.Environments)
        {
            if (environment.Value.Find("approvals") is not SpecNode.Sequence approvals) continue;
            foreach (var need in Needs(approvals)) Check(need, roles, errors);
            CheckSize(approvals, errors);
        }
    }

    private static void Check(SpecNode need, IReadOnlyCollection<string>? roles, SpecErrors errors)
    {
        if (need.Find("role") is SpecNode.Scalar { IsNothing: false } role && roles?.Contains(role.Value, StringComparer.Ordinal) is false)
            errors.Add(role.At, "unknown-role", $"organization.yaml defines no role '{Quote.Clean(role.Value)}'{Nearest.Hint(role.Value, roles)}");
        if (need is not SpecNode.Mapping mapping || mapping.Find("count") is not { } count) return;
        if (mapping["user"] is not null) errors.Add(count.At, "bad-value", "'count' has no place beside 'user': one person's approval counts once");
        if (mapping["any"] is not null || mapping["all"] is not null)
            errors.Add(count.At, "bad-value", "'count' belongs to 'role' and 'team': of 'any' one is enough, and 'all' are all");
    }

    private static void CheckSize(SpecNode.Sequence approvals, SpecErrors errors)
    {
        // A longer list at the top was told by the grammar.
        if (approvals.Items.Count <= ApprovalGrammar.MostRules && Needs(approvals).Count(need => BranchesOf(need) is null) is > ApprovalGrammar.MostRules and var rules)
            errors.Add(approvals.At, "bad-value", $"these are {rules} rules; expected at most {ApprovalGrammar.MostRules}");
        else if (WaysOfAll(approvals.Items) is > ApprovalGrammar.MostWays and var ways)
            errors.Add(approvals.At, "bad-value", $"there are {ways} ways to have these approvals; expected at most {ApprovalGrammar.MostWays}: write fewer 'any' beside each other");
    }

    /// <summary>Rules, and what stands around them.</summary>
    private static IEnumerable<SpecNode> Needs(SpecNode.Sequence list) =>
        list.Items.SelectMany(need => BranchesOf(need) is { } branches ? Needs(branches).Prepend(need) : [need]);

    private static SpecNode.Sequence? BranchesOf(SpecNode need) => (need.Find("any") ?? need.Find("all")) as SpecNode.Sequence;

    private static long WaysOfAll(IEnumerable<SpecNode> needs) => needs.Aggregate(1L, (ways, need) => Math.Min(ways * Ways(need), int.MaxValue));

    private static long Ways(SpecNode need) => need switch
    {
        SpecNode.Mapping mapping when mapping["any"] is SpecNode.Sequence any => Math.Min(any.Items.Sum(Ways), int.MaxValue),
        SpecNode.Mapping mapping when mapping["all"] is SpecNode.Sequence all => WaysOfAll(all.Items),
        _ => 1,
    };
}
