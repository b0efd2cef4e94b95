using Towpath.Core.Calendars;

namespace Towpath.Core.Gates;

/// <summary>No freeze holds: neither one of the environment nor one of the whole organization. One that is still to come is told of.</summary>
public sealed class FreezeGate : IGate
{
    public string Name => "freeze";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.ConfigurationChanged, GateSignal.ClockReached];

    public GateResult? Evaluate(GateInput input)
    {
        (CalendarRule Rule, string Of)[] freezes =
        [
            .. input.Environment.Freezes.Select(rule => (rule, "environment")),
            .. input.Organization.Freezes.Where(freeze => freeze.AppliesTo(input.Key)).Select(freeze => (freeze.Rule, "organization")),
        ];
        GateResult[] frozen = [.. freezes.Select(freeze => Frozen(freeze.Rule, freeze.Of, input.Now)).OfType<GateResult>()];
        if (frozen.Length > 0) return new GateResult { Gate = Name, State = GateState.Closed, Children = frozen };
        if (freezes.Select(freeze => freeze.Rule.NextStart(input.Now, Reading.Widest)).Min() is not { } next) return null;
        return GateEvaluator.Fact(Name, GateState.Open, ("next", GateEvaluator.Instant(next))) with { Until = next };
    }

    private static GateResult? Frozen(CalendarRule rule, string of, DateTimeOffset now) => rule.At(now, Reading.Widest) is not { } stretch
        ? null
        : GateEvaluator.Fact("frozen", GateState.Closed, ("of", of), ("rule", rule.Text), ("reason", rule.Reason), ("until", GateEvaluator.Instant(stretch.End))) with { Until = stretch.End };
}
