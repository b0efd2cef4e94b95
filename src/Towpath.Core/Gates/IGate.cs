namespace Towpath.Core.Gates;

/// <summary>A condition on a promotion. Pure: the same input gives the same result.</summary>
public interface IGate
{
    string Name { get; }

    /// <summary>The events that can change its answer; nothing else makes it be evaluated again before execution.</summary>
    IReadOnlyList<GateSignal> ChangedBy { get; }

    /// <summary>Null where the environment's policy does not ask for this gate.</summary>
    GateResult? Evaluate(GateInput input);
}

/// <summary>What can change a gate's answer.</summary>
public enum GateSignal
{
    DeploymentSucceeded,
    ApprovalRecorded,

    /// <summary>A status or a check run of the commit.</summary>
    ChecksChanged,
    LockChanged,
    PinChanged,
    AutomationChanged,
    ConfigurationChanged,

    /// <summary>The instant that the result names has come.</summary>
    ClockReached,
}
