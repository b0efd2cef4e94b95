using Towpath.Core.Applications;
using Towpath.Core.Approvals;

namespace Towpath.Core.Gates;

/// <summary>
/// Each rule of one way has enough people who said yes to this digest under this policy. One person counts for one rule, and, unless the policy says
/// otherwise, nobody counts who requested the deployment or had a hand in what it brings. Where somebody unknown had, nobody does.
/// </summary>
public sealed class ApprovalsGate : IGate
{
    private const int MostOtherWays = 3;

    public string Name => "approvals";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.ApprovalRecorded, GateSignal.ConfigurationChanged, GateSignal.ClockReached];

    public GateResult? Evaluate(GateInput input)
    {
        if (input.Environment.Approvals.Count == 0) return null;
        if (ApprovalRules.WhoIsUnknown(input) is { } unknown)
            return new GateResult { Gate = Name, State = GateState.Closed, Children = [GateEvaluator.Fact("unknown_hand", GateState.Closed, ("who", unknown == UnknownHand.Author ? "author" : "requester"))] };
        var tally = Tally.Of(input);
        var others = tally.IsComplete ? [] : tally.Ways.Skip(1).ToArray();
        return GateEvaluator.Fact(Name, GateEvaluator.OpenIf(tally.IsComplete), ("more", others.Length > MostOtherWays ? (others.Length - MostOtherWays).ToString() : null)) with
        {
            Children = [.. Rules(input, tally.Best), .. others.Take(MostOtherWays).Select(way => new GateResult { Gate = "other_way", State = GateState.Closed, Children = [.. Rules(input, way)] })],
        };
    }

    /// <summary>The rules of every way that a tree shows.</summary>
    public static IEnumerable<GateResult> RulesIn(GateResult result) => result.Gate is "approval" ? [result] : result.Children.SelectMany(RulesIn);

    private static IEnumerable<GateResult> Rules(GateInput input, Way way) => way.Rules.Select((rule, index) => Evaluate(input, rule, way.SeatedFor(index), way.MayAct(index)));

    private static GateResult Evaluate(GateInput input, ApprovalRule rule, IReadOnlyList<string> by, IReadOnlyList<string> mayAct)
    {
        var end = End(input, rule, by);
        return GateEvaluator.Fact(
            "approval", GateEvaluator.OpenIf(by.Count >= rule.Count),
            ("role", rule.Role), ("needed", rule.Count.ToString()), ("given", by.Count.ToString()),
            ("by", by.Count == 0 ? null : string.Join(", ", by)), ("counts_until", end is { } until ? GateEvaluator.Instant(until) : null),
            ("void", Void([.. Given(input, rule)], input)),
            ("may_act", by.Count >= rule.Count ? null : string.Join(", ", mayAct))) with
        {
            Until = end,
        };
    }

    /// <summary>When the first of those who count does no longer.</summary>
    private static DateTimeOffset? End(GateInput input, ApprovalRule rule, IReadOnlyList<string> by) => input.Environment.ApprovalTerms.Expires is null
        ? null
        : Given(input, rule).Where(a => by.Contains(a.User, StringComparer.OrdinalIgnoreCase) && ApprovalRules.WhyVoid(a, input) is null).Select(a => ApprovalRules.EndOf(a, input)).Min();

    private static IEnumerable<Approval> Given(GateInput input, ApprovalRule rule) =>
        input.Approvals.Where(a => string.Equals(a.Role, rule.Role, StringComparison.Ordinal) && a.Verdict == Verdict.Approved);

    private static string? Void(IReadOnlyList<Approval> given, GateInput input)
    {
        var reasons = given.Select(a => (a.User, Why: ApprovalRules.WhyVoid(a, input))).Where(v => v.Why is not null).Select(v => $"{v.User}: {v.Why}").ToList();
        return reasons.Count == 0 ? null : string.Join("; ", reasons);
    }
}
