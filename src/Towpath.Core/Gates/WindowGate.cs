using Towpath.Core.Calendars;

namespace Towpath.Core.Gates;

/// <summary>One of the environment's deployment windows is open, where it has any.</summary>
public sealed class WindowGate : IGate
{
    public string Name => "window";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.ConfigurationChanged, GateSignal.ClockReached];

    public GateResult? Evaluate(GateInput input)
    {
        var windows = input.Environment.Windows;
        if (windows.Count == 0) return null;
        var open = windows.Select(rule => (rule, stretch: rule.At(input.Now, Reading.Narrowest))).Where(window => window.stretch is not null).OrderByDescending(window => window.stretch!.Value.End).FirstOrDefault();
        if (open.stretch is { } stretch)
            return GateEvaluator.Fact(Name, GateState.Open, ("rule", open.rule.Text), ("until", GateEvaluator.Instant(stretch.End))) with { Until = stretch.End };
        var next = windows.Select(rule => rule.NextStart(input.Now, Reading.Narrowest)).Min();
        return GateEvaluator.Fact(Name, GateState.Closed, ("rules", string.Join("; ", windows.Select(rule => rule.Text))), ("next", next is { } at ? GateEvaluator.Instant(at) : null)) with { Until = next };
    }
}
