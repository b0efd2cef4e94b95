using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ecs.Following;

/// <summary>Puts a rollout into words.</summary>
internal static class RolloutProgress
{
    /// <summary>By the service deployment.</summary>
    public static Rollout.Going Of(EcsUnit unit, JsonObject deployment)
    {
        var words = new List<string>();
        if (deployment.Text("status") == "PENDING") words.Add("pending");
        if (deployment.Text("lifecycleStage") is { } stage) words.Add(stage.ToLowerInvariant().Replace('_', ' '));
        if (deployment.Member("targetServiceRevision") is { } target)
        {
            words.Add(Running(target.Number("runningTaskCount") ?? 0, target.Number("requestedTaskCount") ?? 0, deployment.Text("lifecycleStage")));
            if (Weight(target) is { } weight) words.Add($"{weight} % of the traffic");
        }

        if (deployment.Member("deploymentCircuitBreaker")?.Number("failureCount") is > 0 and var crashed) words.Add($"{Tasks(crashed)} crashed");
        var hook = WaitingHook(deployment);
        if (hook is not null) words.Add($"waits at hook {hook.Text("hookId") ?? "PAUSE"}; continue it in ECS");
        return new Rollout.Going($"{unit.Title}: {string.Join(", ", words)}", hook is not null);
    }

    /// <summary>By the entry of the service's deployments.</summary>
    public static Rollout.Going OfClassic(EcsUnit unit, JsonObject deployment)
    {
        var failed = deployment.Number("failedTasks") is > 0 and var count ? $", {Tasks(count)} crashed" : "";
        return new Rollout.Going($"{unit.Title}: {deployment.Number("runningCount") ?? 0} of {deployment.Number("desiredCount") ?? 0} tasks run{failed}");
    }

    /// <summary>ECS's reason, with the alarms and the breaker's count where they are it.</summary>
    public static string Why(JsonObject deployment)
    {
        var why = deployment.Text("statusReason") ?? deployment.Member("rollback")?.Text("reason") ?? "ECS gives no reason";
        var alarms = deployment.Member("alarms")?.Texts("triggeredAlarmNames") ?? [];
        if (alarms.Count > 0) why += $" (alarm {string.Join(", ", alarms)})";
        if (deployment.Member("deploymentCircuitBreaker") is { } breaker && breaker.Text("status") == "TRIGGERED" && breaker.Number("failureCount") is > 0 and var failures)
            why += $" ({Tasks(failures)} crashed; the breaker's threshold is {breaker.Number("threshold")})";
        return why;
    }

    // Before traffic is shifted, a rollout whose tasks all run can only wait for their health.
    private static string Running(long running, long wanted, string? stage) =>
        $"{running} of {wanted} tasks run{(wanted > 0 && running >= wanted && stage is null or "SCALE_UP" ? ", not all are healthy yet" : "")}";

    private static JsonObject? WaitingHook(JsonObject deployment) => deployment.Items("lifecycleHookDetails")
        .FirstOrDefault(hook => hook.Text("targetType") == "PAUSE" && hook.Text("status") is not ("SUCCEEDED" or "FAILED" or "TIMED_OUT"));

    // Only strategies that shift traffic tell; a rolling one has nothing to shift.
    private static long? Weight(JsonObject target) => target.Number("requestedProductionTrafficWeight") is > 0 and < 100 and var weight ? weight : null;

    private static string Tasks(long count) => count == 1 ? "1 task" : $"{count} tasks";
}
