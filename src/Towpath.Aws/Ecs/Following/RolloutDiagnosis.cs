using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.Steps;

namespace Towpath.Aws.Ecs.Following;

/// <summary>Says why a rollout failed: the service's events, why its tasks stopped, and the last lines that one of them wrote. A look that fails takes nothing away.</summary>
internal sealed class RolloutDiagnosis(EcsClient ecs, EcsLooks looks, TaskLogs logs)
{
    private const int Events = 5;

    /// <returns>The reason with why tasks stopped; everything else goes to the deployment's log.</returns>
    public async Task<string> ExplainAsync(EcsRun run, Followed followed, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await TellEventsAsync(run, followed, cancellationToken);
            var stopped = await StoppedAsync(run, followed, cancellationToken);
            if (stopped.Count == 0) return reason;
            var told = stopped.GroupBy(StoppedTask.Why, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ToList();
            foreach (var group in told) run.Context.Log($"{(group.Count() == 1 ? "1 task" : $"{group.Count()} tasks")} stopped: {group.Key}");
            var last = await TellLogAsync(run, followed, told[0].First(), cancellationToken);
            return $"{reason}; {(stopped.Count == 1 ? "a task" : $"{stopped.Count} tasks")} stopped: {told[0].Key}{(last is null ? "" : $"; its last line: {last}")}";
        }
        catch (AwsException e)
        {
            run.Context.Log($"why its tasks stopped cannot be read: {e.Failure}");
            return reason;
        }
    }

    private async Task TellEventsAsync(EcsRun run, Followed followed, CancellationToken cancellationToken)
    {
        if (await looks.ServiceAsync(run.Patient, followed.Unit.Cluster, followed.Unit.Name, cancellationToken) is not { } service) return;
        var since = run.RecordOf(UpdateStep.Name, run.IsRollback)?.StartedAt;
        foreach (var said in ServiceReading.EventsSince(service, since).Take(Events).Reverse()) run.Context.Log($"ECS: {said}");
    }

    private async Task<List<JsonObject>> StoppedAsync(EcsRun run, Followed followed, CancellationToken cancellationToken)
    {
        var arns = await ecs.ListTasksAsync(run.Patient, followed.Unit.Cluster, followed.Unit.Name, stopped: true, cancellationToken);
        var tasks = await ecs.DescribeTasksAsync(run.Patient, followed.Unit.Cluster, arns, cancellationToken);
        // A task that ECS itself took away while it rolled back failed nothing.
        return [.. tasks.Where(t => t.Text("taskDefinitionArn") == followed.Definition && t.Text("stopCode") is not ("ServiceSchedulerInitiated" or "UserInitiated")).OrderByDescending(t => t.Instant("stoppedAt"))];
    }

    private async Task<string?> TellLogAsync(EcsRun run, Followed followed, JsonObject task, CancellationToken cancellationToken)
    {
        if (StoppedTask.Ended(task)?.Text("name") is not { } container || await ecs.FindTaskDefinitionAsync(run.Patient, followed.Definition, cancellationToken) is not { } definition) return null;
        var lines = await logs.TailAsync(run.Patient, definition.Document, container, task.Text("taskArn") ?? "", cancellationToken);
        foreach (var line in lines) run.Context.Log($"{container}: {line}");
        return lines.Count == 0 ? null : lines[^1];
    }
}

/// <summary>Reads why a task stopped.</summary>
internal static class StoppedTask
{
    /// <summary>Such as <c>Essential container in task exited (web: exit code 1)</c>.</summary>
    public static string Why(JsonObject task)
    {
        var ended = task.Items("containers").Where(c => c.Number("exitCode") is not null and not 0 || c.Text("reason") is not null).Select(Of).ToList();
        return $"{task.Text("stoppedReason") ?? "ECS gives no reason"}{(ended.Count == 0 ? "" : $" ({string.Join(", ", ended)})")}";
    }

    /// <summary>The container whose end most likely was the cause.</summary>
    public static JsonObject? Ended(JsonObject task) =>
        task.Items("containers").FirstOrDefault(c => c.Number("exitCode") is not null and not 0 and not 143 and not 137)
        ?? task.Items("containers").FirstOrDefault(c => c.Text("reason") is not null)
        ?? task.Items("containers").FirstOrDefault(c => c.Number("exitCode") is not null)
        ?? task.Items("containers").FirstOrDefault();

    private static string Of(JsonObject container)
    {
        var code = container.Number("exitCode") is { } number ? $"exit code {number}" : null;
        return $"{container.Text("name")}: {string.Join(", ", new[] { code, container.Text("reason") }.OfType<string>())}";
    }
}
