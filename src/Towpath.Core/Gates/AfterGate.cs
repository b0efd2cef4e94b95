namespace Towpath.Core.Gates;

/// <summary>This artifact, by digest, must have succeeded in each direct predecessor.</summary>
public sealed class AfterGate : IGate
{
    public string Name => "after";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.DeploymentSucceeded, GateSignal.ConfigurationChanged];

    public GateResult? Evaluate(GateInput input)
    {
        if (input.Environment.After.Count == 0) return null;
        GateResult[] children = [.. input.Environment.After.Select(environment => Succeeded(input, environment))];
        return new GateResult { Gate = Name, State = GateEvaluator.OpenIf(children.All(c => c.IsOpen)), Children = children };
    }

    private static GateResult Succeeded(GateInput input, string environment)
    {
        var succeeded = input.Successes.TryGetValue(environment, out var at);
        return GateEvaluator.Fact(
            "succeeded_in", GateEvaluator.OpenIf(succeeded),
            ("environment", environment), ("digest", input.Digest.Value), ("at", succeeded ? GateEvaluator.Instant(at) : null));
    }
}
