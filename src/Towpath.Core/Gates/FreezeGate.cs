using Towpath.Core.Calendars;

namespace Towpath.Core.Gates;

/// <summary>No freeze holds: neither one of the environment nor one of the whole organization.</summary>
public sealed class FreezeGate : IGate
{
    public string Name => "freeze";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.ConfigurationChanged, GateSignal.ClockReached];

    public GateResult? Evaluate(GateInput input)
    {
        var own = input.Environment.Freezes.Select(rule => Frozen(rule, "environment", input.Now));
        var everywhere = input.Organization.Freezes.Where(freeze => freeze.AppliesTo(input.Key)).Select(freeze => Frozen(freeze.Rule, "organization", input.Now));
        GateResult[] children = [.. own.Concat(everywhere).OfType<GateResult>()];
        return children.Length == 0 ? null : new GateResult { Gate = Name, State = GateState.Closed, Children = children };
    }

    private static GateResult? Frozen(CalendarRule rule, string of, DateTimeOffset now) => rule.At(now, Reading.Widest) is not { } stretch
        ? null
        : GateEvaluator.Fact("frozen", GateState.Closed, ("of", of), ("rule", rule.Text), ("reason", rule.Reason), ("until", GateEvaluator.Instant(stretch.End))) with { Until = stretch.End };
}
