namespace Towpath.Core.Gates;

/// <summary>Nobody holds the environment still.</summary>
public sealed class LockGate : IGate
{
    public string Name => "lock";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.LockChanged, GateSignal.ClockReached];

    public GateResult? Evaluate(GateInput input)
    {
        if (input.Lock is not { } held || !held.IsHeldAt(input.Now)) return null;
        return GateEvaluator.Fact(
            Name, GateState.Closed,
            ("owner", held.Owner), ("reason", held.Reason), ("since", GateEvaluator.Instant(held.LockedAt)),
            ("expires", held.ExpiresAt is { } expires ? GateEvaluator.Instant(expires) : null)) with
        {
            Until = held.ExpiresAt,
        };
    }
}
