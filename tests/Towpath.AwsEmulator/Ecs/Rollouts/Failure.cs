namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>Why a deployment failed, in the words of each place that tells it.</summary>
/// <param name="Event">After "deployment failed: " in the service's events.</param>
/// <param name="Reason">The status reason of the service deployment.</param>
/// <param name="Classic">The rollout state reason of the failed entry of <c>deployments</c>.</param>
/// <param name="Return">The one of the entry that is returned to, before "rolling back to deploymentId".</param>
internal sealed record Failure(string Event, string Reason, string Classic, string Return, bool RollsBack)
{
    public static Failure Breaker(bool rollsBack) => new(
        "tasks failed to start.", "Service deployment rolled back because the circuit breaker threshold was exceeded.",
        "ECS deployment circuit breaker: tasks failed to start.", "ECS deployment circuit breaker", rollsBack);

    public static Failure Alarm(bool rollsBack) => new(
        "alarm detected.", "Service deployment rolled back because an alarm was detected.",
        "ECS deployment failed: alarm detected.", "ECS deployment alarms", rollsBack);

    public static Failure Hook(string stage) => new(
        $"Service deployment rolled back because {stage} lifecycle hook(s) failed.",
        $"Service deployment rolled back because {stage} lifecycle hook(s) failed.",
        "ECS deployment failed: lifecycle hook failed.", "ECS deployment lifecycle hook", true);

    public static readonly Failure ByHand = new(
        "rollback requested.", "Service deployment rolled back by user request.",
        "ECS deployment stopped: rollback requested.", "ECS deployment rollback requested", true);
}
