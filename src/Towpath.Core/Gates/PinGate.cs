namespace Towpath.Core.Gates;

/// <summary>Where somebody keeps the environment on one version, this is it, by digest. A rollback by hand asks, too; one by itself puts back what ran when the pin was met.</summary>
public sealed class PinGate : IGate
{
    public string Name => "pin";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.PinChanged, GateSignal.ClockReached];

    public GateResult? Evaluate(GateInput input)
    {
        if (input.Pin is not { } pin || !pin.IsHeldAt(input.Now)) return null;
        return GateEvaluator.Fact(
            Name, GateEvaluator.OpenIf(pin.Digest == input.Digest),
            ("version", pin.Version), ("owner", pin.Owner), ("reason", pin.Reason), ("since", GateEvaluator.Instant(pin.PinnedAt)),
            ("expires", pin.ExpiresAt is { } expires ? GateEvaluator.Instant(expires) : null)) with
        {
            Until = pin.ExpiresAt,
        };
    }
}
