using Towpath.Core.Applications;
using Towpath.Core.Approvals;

namespace Towpath.Core.Gates;

/// <summary>
/// Each rule has enough people of its role who said yes to this digest under this policy. One person counts for one rule, and
/// nobody counts who requested the deployment or had a hand in what it brings. Where somebody unknown had, nobody does.
/// </summary>
public sealed class ApprovalsGate : IGate
{
    public string Name => "approvals";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.ApprovalRecorded, GateSignal.ConfigurationChanged];

    public GateResult? Evaluate(GateInput input)
    {
        var rules = input.Environment.Approvals;
        if (rules.Count == 0) return null;
        if (ApprovalRules.WhoIsUnknown(input) is { } unknown)
            return new GateResult { Gate = Name, State = GateState.Closed, Children = [GateEvaluator.Fact("unknown_hand", GateState.Closed, ("who", unknown == UnknownHand.Author ? "author" : "requester"))] };
        var tally = Tally.Of(input);
        GateResult[] children = [.. rules.Select((rule, index) => Evaluate(input, rule, tally.SeatedFor(index), tally.MayAct(index)))];
        return new GateResult { Gate = Name, State = GateEvaluator.OpenIf(children.All(c => c.IsOpen)), Children = children };
    }

    private static GateResult Evaluate(GateInput input, ApprovalRule rule, IReadOnlyList<string> by, IReadOnlyList<string> mayAct) => GateEvaluator.Fact(
        "approval", GateEvaluator.OpenIf(by.Count >= rule.Count),
        ("role", rule.Role), ("needed", rule.Count.ToString()), ("given", by.Count.ToString()),
        ("by", by.Count == 0 ? null : string.Join(", ", by)),
        ("void", Void([.. Given(input, rule)], input)),
        ("may_act", by.Count >= rule.Count ? null : string.Join(", ", mayAct)));

    private static IEnumerable<Approval> Given(GateInput input, ApprovalRule rule) =>
        input.Approvals.Where(a => string.Equals(a.Role, rule.Role, StringComparison.Ordinal) && a.Verdict == Verdict.Approved);

    private static string? Void(IReadOnlyList<Approval> given, GateInput input)
    {
        var reasons = given.Select(a => (a.User, Why: ApprovalRules.WhyVoid(a, input))).Where(v => v.Why is not null).Select(v => $"{v.User}: {v.Why}").ToList();
        return reasons.Count == 0 ? null : string.Join("; ", reasons);
    }
}
