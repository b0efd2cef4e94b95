namespace Towpath.Core.Deployments;

/// <summary>Waiting and Queued: outside the line while a gate is closed, in the line while all are open.</summary>
internal static class BeforeStart
{
    public static Decision Apply(Deployment deployment, DeploymentEvent happened) => happened switch
    {
        DeploymentEvent.Adopted e => Adopt(deployment, e),
        // What runs already is never deployed.
        DeploymentEvent.GatesEvaluated or DeploymentEvent.Started or DeploymentEvent.HandsJoined when deployment.Origin == Origin.Adopted => DeploymentMachine.NotIn(deployment, happened),
        DeploymentEvent.GatesEvaluated e => Evaluated(deployment, e),
        DeploymentEvent.Started e => Start(deployment, e),
        DeploymentEvent.StartRefused e when deployment.Phase == Phase.Queued =>
            DeploymentMachine.End(deployment, e, Phase.Failed, e.Reason, new Effect.LeaveLine()),
        DeploymentEvent.CancelRequested e => End(
            deployment with { Cancel = new(e.By, e.Reason, e.At) }, e, Phase.Cancelled, Words.Cancelled(e.By, e.Reason)),
        DeploymentEvent.Rejected e => End(deployment, e, Phase.Cancelled, Words.Rejected(e.By, e.Role, e.Reason)),
        // What they approved counts no longer.
        DeploymentEvent.HandsJoined e => DeploymentMachine.To(deployment with { Hands = [.. deployment.Hands ?? [], .. e.Hands] }, e, new Effect.EvaluateSelf(null)),
        DeploymentEvent.SupersededBy e => deployment.Origin == Origin.Automatic
            ? End(deployment, e, Phase.Superseded, $"replaced by the newer automatic deployment {e.Newer.Short}")
            : new Refused("only automatic requests are superseded; this one was made by hand"),
        _ => DeploymentMachine.NotIn(deployment, happened),
    };

    private static Decision Adopt(Deployment deployment, DeploymentEvent.Adopted e) => deployment is { Origin: Origin.Adopted, Phase: Phase.Waiting }
        ? DeploymentMachine.End(
            deployment, e, Phase.Succeeded, null, new Effect.NowRuns(DeploymentMachine.Itself(deployment, e.Since ?? e.At), Succeeded: true), new Effect.EvaluateWaiting())
        : new Refused("only what runs already is adopted; this one was asked for, and has to be deployed");

    private static Next Evaluated(Deployment deployment, DeploymentEvent.GatesEvaluated e)
    {
        var evaluated = deployment with { Gates = e.Gates, PolicyRevision = e.PolicyRevision, PolicySource = e.PolicySource, Capability = e.Capability };
        return (deployment.Phase, e.Gates.IsOpen) switch
        {
            (Phase.Waiting, true) => DeploymentMachine.To(
                evaluated.InPhase(Phase.Queued, e.At) with { QueuedAt = e.At }, e, new Effect.EnterLine(e.Capability)),
            (Phase.Waiting, false) => DeploymentMachine.To(evaluated, e, Clock(e)),
            // A gate closed while it stood in line: it steps out, so that it does not hold up those behind it.
            (_, false) => DeploymentMachine.To(
                evaluated.InPhase(Phase.Waiting, e.At) with { QueuedAt = null }, e, [new Effect.LeaveLine(), .. Clock(e)]),
            // Under another policy it may need another node: it enters the line anew, or nobody might ever take it.
            (_, true) when !string.Equals(deployment.PolicyRevision, e.PolicyRevision, StringComparison.Ordinal) => DeploymentMachine.To(
                evaluated with { QueuedAt = e.At }, e, new Effect.LeaveLine(), new Effect.EnterLine(e.Capability)),
            // Still open, still in line: only the facts are newer.
            (_, true) => DeploymentMachine.To(evaluated, e),
        };
    }

    private static IReadOnlyList<Effect> Clock(DeploymentEvent.GatesEvaluated e) =>
        e.Gates.NextInstant() is { } instant ? [new Effect.EvaluateSelf(instant)] : [];

    private static Decision Start(Deployment deployment, DeploymentEvent.Started e)
    {
        if (deployment.Phase != Phase.Queued) return DeploymentMachine.NotIn(deployment, e);
        if (!e.Gates.IsOpen) return new Refused("a gate is closed");
        if (e.Plan.Steps.Count == 0) return new Refused("the plan has no steps");
        var started = deployment.InPhase(Phase.Running, e.At) with
        {
            Gates = e.Gates,
            PolicyRevision = e.PolicyRevision,
            PolicySource = e.PolicySource,
            Plan = e.Plan,
            Capability = e.Plan.Capability,
            KnownGood = e.KnownGood,
            // A rollback is never rolled back.
            RollsBack = e.RollsBack && deployment.Origin != Origin.Rollback,
            StartedAt = e.At,
            Steps = [.. e.Plan.Steps.Select(_ => new StepRecord())],
            RollbackSteps = [.. e.Plan.Rollback.Select(_ => new StepRecord())],
        };
        return DeploymentMachine.To(started.AtStep(0, e.At), e);
    }

    private static Next End(Deployment deployment, DeploymentEvent e, Phase phase, string outcome) => deployment.Phase == Phase.Queued
        ? DeploymentMachine.End(deployment, e, phase, outcome, new Effect.LeaveLine())
        : DeploymentMachine.End(deployment, e, phase, outcome);
}
