namespace Towpath.Core.Gates;

/// <summary>Evaluates all gates of one promotion to one result tree. It does no I/O: everything it looks at is in the input.</summary>
public static class GateEvaluator
{
    public static IReadOnlyList<IGate> Gates { get; } = [new PullRequestGate(), new AfterGate(), new SoakGate(), new ChecksGate(), new ApprovalsGate(), new LockGate(), new PinGate(), new AutomationGate(), new FreezeGate(), new WindowGate()];

    public static GateResult Evaluate(GateInput input)
    {
        GateResult[] results = [.. Gates.Select(gate => gate.Evaluate(input)).OfType<GateResult>()];
        return new GateResult
        {
            Gate = "all",
            State = results.All(r => r.IsOpen) ? GateState.Open : GateState.Closed,
            Children = results,
        };
    }

    /// <summary>The closed gate of an environment that the configuration no longer has.</summary>
    public static GateResult NoSuchEnvironment(EnvironmentKey key) => new()
    {
        Gate = "all",
        State = GateState.Closed,
        Children = [Fact("policy", GateState.Closed, ("environment", key.ToString()))],
    };

    internal static GateResult Fact(string gate, GateState state, params IReadOnlyList<(string Name, string? Value)> facts) => new()
    {
        Gate = gate,
        State = state,
        Facts = facts.Where(f => f.Value is not null).ToDictionary(f => f.Name, f => f.Value!, StringComparer.Ordinal),
    };

    internal static GateState OpenIf(bool condition) => condition ? GateState.Open : GateState.Closed;

    internal static string Instant(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ");
}
