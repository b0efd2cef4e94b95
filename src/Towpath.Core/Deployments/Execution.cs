using System.Text.Json.Nodes;

namespace Towpath.Core.Deployments;

/// <summary>Running, Verifying and RollingBack: steps follow one another, and a failure after the switch puts back what last succeeded.</summary>
internal static class Execution
{
    public static Decision Apply(Deployment deployment, DeploymentEvent happened) => happened switch
    {
        DeploymentEvent.StepStarted e => DeploymentMachine.To(deployment.AtStep(deployment.Cursor, e.At), e),
        DeploymentEvent.UndoRecorded e => DeploymentMachine.To(deployment.WithRecord(r => r with { Undo = e.Undo }), e),
        DeploymentEvent.StepDone e => Done(deployment, e),
        // The cancellation came while the step ran: it does not sleep first.
        DeploymentEvent.StepWaiting e when IsCancelled(deployment) => Stopped(Skipped(deployment, e.At), e),
        DeploymentEvent.StepWaiting e => DeploymentMachine.To(
            deployment.WithRecord(r => r with { Errors = 0, Waits = true, Message = e.Progress }), e, new Effect.LookAgain(e.Until)),
        DeploymentEvent.StepFailed e => Fail(deployment.WithRecord(r => Ended(r, StepStatus.Failed, e.At, e.Reason)), e, e.Reason),
        DeploymentEvent.StepSuperseded e => Superseded(deployment.WithRecord(r => Ended(r, StepStatus.Failed, e.At, e.Reason)), e),
        DeploymentEvent.StepErrored e => Errored(deployment, e),
        DeploymentEvent.CancelRequested e => Cancel(deployment, e),
        DeploymentEvent.Stopped e => Stop(deployment, e),
        DeploymentEvent.AttentionNeeded e => Standstill.Enter(deployment, e, e.Reason, e.WhatToDo),
        _ => DeploymentMachine.NotIn(deployment, happened),
    };

    private static Next Done(Deployment deployment, DeploymentEvent.StepDone e)
    {
        var done = deployment.WithRecord(r => Ended(r, StepStatus.Done, e.At, r.Message) with { Outputs = Copy(e.Outputs) });
        // The cancellation came while the step ran; what it did is in the record, and nothing further is started.
        if (IsCancelled(done)) return Stopped(done, e);
        var next = done.Cursor + 1;
        return done.Phase == Phase.RollingBack ? RolledOneBack(done, e, next) : WentOn(done, e, next);
    }

    private static Next WentOn(Deployment done, DeploymentEvent.StepDone e, int next)
    {
        var plan = done.PlanOrThrow();
        if (next == plan.Steps.Count)
            return DeploymentMachine.End(
                done with { Cursor = next }, e, Phase.Succeeded, null,
                new Effect.LeaveLine(), new Effect.NowRuns(DeploymentMachine.Itself(done, e.At), Succeeded: true), new Effect.EvaluateWaiting(), new Effect.Prune());
        if (plan.Steps[next].Stage == Stage.Verify && done.Phase == Phase.Running)
            return DeploymentMachine.To(
                done.InPhase(Phase.Verifying, e.At).AtStep(next, e.At), e, new Effect.NowRuns(DeploymentMachine.Itself(done, e.At), Succeeded: false));
        return DeploymentMachine.To(done.AtStep(next, e.At), e);
    }

    private static Next RolledOneBack(Deployment done, DeploymentEvent.StepDone e, int next)
    {
        if (next < done.PlanOrThrow().Rollback.Count) return DeploymentMachine.To(done.AtStep(next, e.At), e);
        if (done.PlanOrThrow().OnlyUndoes)
            return DeploymentMachine.End(
                done with { Cursor = next }, e, Phase.Failed, $"{done.Outcome}; {Words.PutBack(done.RollbackSteps)}", new Effect.LeaveLine(), new Effect.NowUnknown());
        var good = done.KnownGood ?? throw new InvalidOperationException("a rollback has a known good version");
        return DeploymentMachine.End(
            done with { Cursor = next }, e, Phase.RolledBack, done.Outcome,
            new Effect.LeaveLine(), new Effect.NowRuns(good with { Since = e.At }, Succeeded: false), new Effect.EvaluateWaiting(), new Effect.Prune());
    }

    private static Next Errored(Deployment deployment, DeploymentEvent.StepErrored e)
    {
        var record = deployment.CurrentRecord ?? throw new InvalidOperationException("an active deployment has a current step");
        var errors = record.Errors + 1;
        if (errors <= e.ErrorBudget && IsCancelled(deployment)) return Stopped(Skipped(deployment, e.At), e);
        if (errors <= e.ErrorBudget)
            return DeploymentMachine.To(
                deployment.WithRecord(r => r with { Errors = errors, Attempt = r.Attempt + 1, Waits = true, Message = e.Message }), e, new Effect.LookAgain(e.RetryAt));
        var reason = errors == 1 ? $"{e.Message} (a technical error)" : $"{e.Message} ({errors} technical errors in a row)";
        var errored = deployment.WithRecord(r => Ended(r, StepStatus.Errored, e.At, e.Message) with { Errors = errors });
        // Giving up half-way through a rollback would leave an unknown state behind: a person decides.
        return deployment.Phase == Phase.RollingBack
            ? Standstill.Enter(errored, e, reason, Words.MendRollback)
            : Fail(errored, e, reason);
    }

    // What runs now is somebody else's and not known here, so that neither a rollback nor the board takes it for one of the record's versions. A rollback that
    // was superseded did not come to its end.
    private static Next Superseded(Deployment deployment, DeploymentEvent.StepSuperseded e) => deployment.Phase == Phase.RollingBack
        ? Fail(deployment, e, e.Reason)
        : DeploymentMachine.End(deployment, e, Phase.Superseded, e.Reason, new Effect.LeaveLine());

    private static Decision Cancel(Deployment deployment, DeploymentEvent.CancelRequested e)
    {
        if (deployment.Phase == Phase.RollingBack) return new Refused("it is being rolled back already; that is not cancelled");
        if (deployment.Cancel is { } earlier) return new Refused($"{earlier.By} has asked to cancel it already");
        return DeploymentMachine.To(deployment with { Cancel = new(e.By, e.Reason, e.At) }, e, new Effect.Wake());
    }

    private static Decision Stop(Deployment deployment, DeploymentEvent.Stopped e) =>
        !IsCancelled(deployment)
            ? new Refused("nobody has asked to cancel it")
            : Stopped(Skipped(deployment, e.At), e);

    private static bool IsCancelled(Deployment deployment) => deployment.Cancel is not null && deployment.Phase != Phase.RollingBack;

    private static Deployment Skipped(Deployment deployment, DateTimeOffset at) =>
        deployment.WithRecord(r => r.Status == StepStatus.Running ? Ended(r, StepStatus.Skipped, at, "stopped") : r);

    private static Next Stopped(Deployment deployment, DeploymentEvent e)
    {
        var cancel = deployment.Cancel ?? throw new InvalidOperationException("only a cancelled deployment is stopped");
        var words = Words.Cancelled(cancel.By, cancel.Reason);
        return deployment.Switched ? Fail(deployment, e, words) : DeploymentMachine.End(deployment, e, Phase.Cancelled, words, new Effect.LeaveLine());
    }

    private static Next Fail(Deployment deployment, DeploymentEvent e, string reason)
    {
        if (deployment.Phase == Phase.RollingBack)
            return DeploymentMachine.End(
                deployment, e, Phase.RollbackFailed, $"{deployment.Outcome}; then putting back {(deployment.Plan is { OnlyUndoes: true } ? "what was there before" : deployment.KnownGood?.Version)} failed: {reason}", new Effect.LeaveLine());
        if (!deployment.Switched) return DeploymentMachine.End(deployment, e, Phase.Failed, reason, new Effect.LeaveLine());
        var stays = new Effect.NowRuns(DeploymentMachine.Itself(deployment, e.At), Succeeded: false);
        if (WhyItStays(deployment) is { } why)
            return DeploymentMachine.End(deployment, e, Phase.Failed, $"{reason}; not rolled back: {why}", new Effect.LeaveLine(), stays);
        var rollingBack = deployment.InPhase(Phase.RollingBack, e.At) with { Outcome = reason };
        var suspend = new Effect.SuspendAutomation($"{deployment.Version} failed: {reason}");
        // While verifying, the board has the new version already. Otherwise it must show it now, or a rollback that fails would leave the old one there.
        return DeploymentMachine.To(rollingBack.AtStep(0, e.At), e, deployment.Phase == Phase.Running ? [suspend, stays] : [suspend]);
    }

    private static string? WhyItStays(Deployment deployment) => deployment switch
    {
        { Origin: Origin.Rollback } => "a rollback is never rolled back",
        { Plan: not { CanRollBack: true } } or { KnownGood: null, Plan.OnlyUndoes: false } => "no version is known to have succeeded here before",
        { RollsBack: false } => "the policy says `on_failure: stay`",
        _ => null,
    };

    private static StepRecord Ended(StepRecord record, StepStatus status, DateTimeOffset at, string? message) =>
        record with { Status = status, FinishedAt = at, Message = message, Waits = false };

    private static JsonObject? Copy(JsonObject? outputs) => (JsonObject?)outputs?.DeepClone();
}
