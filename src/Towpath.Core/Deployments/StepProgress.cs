namespace Towpath.Core.Deployments;

internal static class StepProgress
{
    /// <summary>Moves to a step and marks it as started: the intent, durable before the step's first outside effect.</summary>
    public static Deployment AtStep(this Deployment deployment, int cursor, DateTimeOffset at)
    {
        var moved = deployment with { Cursor = cursor };
        var step = moved.CurrentStep ?? throw new InvalidOperationException("the plan has no such step");
        return moved.WithRecord(r => r with { Status = StepStatus.Running, Attempt = r.Attempt + 1, StartedAt = r.StartedAt ?? at, Waits = false }) with
        {
            Switched = moved.Switched || (step.Switches && moved.Phase != Phase.RollingBack),
        };
    }

    public static Deployment WithRecord(this Deployment deployment, Func<StepRecord, StepRecord> change) => deployment.Phase == Phase.RollingBack
        ? deployment with { RollbackSteps = Replace(deployment.RollbackSteps, deployment.Cursor, change) }
        : deployment with { Steps = Replace(deployment.Steps, deployment.Cursor, change) };

    public static Plan PlanOrThrow(this Deployment deployment) =>
        deployment.Plan ?? throw new InvalidOperationException("a started deployment has a plan");

    private static StepRecord[] Replace(IReadOnlyList<StepRecord> records, int index, Func<StepRecord, StepRecord> change)
    {
        StepRecord[] copy = [.. records];
        // A state that is not as it should be can still be given up.
        if (index >= copy.Length) return copy;
        copy[index] = change(copy[index]);
        return copy;
    }
}
