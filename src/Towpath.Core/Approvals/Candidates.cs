using Towpath.Core.Applications;
using Towpath.Core.Gates;

namespace Towpath.Core.Approvals;

/// <summary>Who comes into question for one rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Given">Whose approval for it counts.</param>
/// <param name="Eligible">Who could approve for it.</param>
internal sealed record Candidates(ApprovalRule Rule, IReadOnlyList<string> Given, IReadOnlyList<string> Eligible)
{
    public IReadOnlyList<string> Everybody => [.. Given.Union(Eligible, StringComparer.OrdinalIgnoreCase)];

    public static Candidates Of(ApprovalRule rule, GateInput input) => new(rule, GivenFor(rule, input), EligibleFor(rule, input));

    private static IReadOnlyList<string> GivenFor(ApprovalRule rule, GateInput input) =>
    [
        .. input.Approvals
            .Where(a => a.Verdict == Verdict.Approved && string.Equals(a.Role, rule.Role, StringComparison.Ordinal) && ApprovalRules.WhyVoid(a, input) is null)
            .Select(a => a.User).Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    private static IReadOnlyList<string> EligibleFor(ApprovalRule rule, GateInput input) =>
        [.. input.Organization.MembersOf(rule.Role, input.Key.Application).Where(user => ApprovalRules.WhyNot(user, input) is null)];
}
