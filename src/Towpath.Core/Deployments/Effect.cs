using Towpath.Core.Environments;

namespace Towpath.Core.Deployments;

/// <summary>What must happen because of a transition; saved with it in one transaction.</summary>
public abstract record Effect
{
    /// <summary>It goes to the end of its environment's line.</summary>
    public sealed record EnterLine(string? Capability) : Effect;

    /// <summary>It leaves the line; the next one becomes its head.</summary>
    public sealed record LeaveLine : Effect;

    /// <summary>Its owner, or whoever claims it, looks at it again at this instant; until then it keeps its place without holding a slot.</summary>
    public sealed record LookAgain(DateTimeOffset At) : Effect;

    /// <summary>It stays in its line and is not looked at before it is woken.</summary>
    public sealed record Rest : Effect;

    /// <summary>Its owner, or whoever claims it now, looks at it at once.</summary>
    public sealed record Wake : Effect;

    /// <summary>Gates of waiting deployments of this application may answer otherwise now.</summary>
    public sealed record EvaluateWaiting : Effect;

    /// <summary>Evaluates this deployment's gates, at once or at the instant that one of them waits for.</summary>
    public sealed record EvaluateSelf(DateTimeOffset? At) : Effect;

    /// <summary>Automatic promotion to this environment stands still until a person resumes it.</summary>
    public sealed record SuspendAutomation(string Reason) : Effect;

    /// <summary>What stands on the environment now.</summary>
    public sealed record NowRuns(RunningVersion Version, bool Succeeded) : Effect;

    /// <summary>What stands on the environment is no version that is known here.</summary>
    public sealed record NowUnknown : Effect;

    /// <summary>Releases that nobody needs any more may be removed.</summary>
    public sealed record Prune : Effect;
}

public abstract record Decision;

/// <summary>The next state with the effects to save beside it.</summary>
public sealed record Next(Deployment Deployment, DeploymentEvent Event, IReadOnlyList<Effect> Effects) : Decision;

/// <summary>The event cannot happen in this phase; nothing changes.</summary>
public sealed record Refused(string Reason) : Decision;
