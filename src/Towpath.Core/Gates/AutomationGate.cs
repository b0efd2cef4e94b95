using Towpath.Core.Deployments;

namespace Towpath.Core.Gates;

/// <summary>After a rollback nothing is promoted here by itself until a person resumes it. Requests by hand pass.</summary>
public sealed class AutomationGate : IGate
{
    public string Name => "automation";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.AutomationChanged];

    public GateResult? Evaluate(GateInput input)
    {
        if (input.Origin != Origin.Automatic || input.Suspension is not { } suspension) return null;
        return GateEvaluator.Fact(
            Name, GateState.Closed,
            ("deployment", suspension.Deployment.Value), ("reason", suspension.Reason), ("since", GateEvaluator.Instant(suspension.Since)));
    }
}
