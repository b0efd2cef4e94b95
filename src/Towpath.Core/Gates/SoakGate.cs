using Towpath.Core.Applications.Grammar;
using Towpath.Core.Deployments;

namespace Towpath.Core.Gates;

/// <summary>So much time has passed since this artifact succeeded in each direct predecessor. Where it has not yet, the time has not begun. A rollback goes to what ran before and waits for none.</summary>
public sealed class SoakGate : IGate
{
    public string Name => "soak";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.DeploymentSucceeded, GateSignal.ConfigurationChanged, GateSignal.ClockReached];

    public GateResult? Evaluate(GateInput input)
    {
        if (input.Origin == Origin.Rollback || input.Environment.Soak is not { } soak || input.Environment.After.Count == 0) return null;
        GateResult[] children = [.. input.Environment.After.Select(environment => Soaked(input, environment, soak))];
        return new GateResult { Gate = Name, State = GateEvaluator.OpenIf(children.All(c => c.IsOpen)), Children = children };
    }

    private static GateResult Soaked(GateInput input, string environment, TimeSpan soak)
    {
        DateTimeOffset? until = input.Successes.TryGetValue(environment, out var at) ? at + soak : null;
        var fact = GateEvaluator.Fact(
            "soaked_in", GateEvaluator.OpenIf(until <= input.Now),
            ("environment", environment), ("for", DurationText.Of(soak)), ("since", until is null ? null : GateEvaluator.Instant(at)), ("until", until is { } end ? GateEvaluator.Instant(end) : null));
        return fact.IsOpen ? fact : fact with { Until = until };
    }
}
