using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>The awslogs driver: where a container's lines go.</summary>
internal static class TaskLog
{
    /// <summary>Makes the container's stream. False where its group is missing and it may not make it.</summary>
    public static bool Open(EcsTask task, TaskContainer container)
    {
        if (OptionsOf(container) is not { } options) return true;
        var logs = task.Cluster.Region.Logs;
        var group = options.Text("awslogs-group")!;
        if (logs.Find(group) is null)
        {
            if (options.Text("awslogs-create-group") != "true") return false;
            logs.Create(group);
        }
        logs.Stream(group, StreamOf(options, task, container));
        return true;
    }

    public static void Write(EcsTask task, TaskContainer container, IReadOnlyList<string> lines)
    {
        if (OptionsOf(container) is not { } options || lines.Count == 0) return;
        var stream = task.Cluster.Region.Logs.Stream(options.Text("awslogs-group")!, StreamOf(options, task, container));
        foreach (var line in lines) stream?.Append(task.Cluster.Region.Now, line);
    }

    private static System.Text.Json.Nodes.JsonObject? OptionsOf(TaskContainer container) =>
        container.Definition.Member("logConfiguration") is { } log && log.Text("logDriver") == "awslogs" ? log.Member("options") : null;

    private static string StreamOf(System.Text.Json.Nodes.JsonObject options, EcsTask task, TaskContainer container) =>
        options.Text("awslogs-stream-prefix") is { } prefix ? $"{prefix}/{container.Name}/{task.Id}" : container.RuntimeId;
}
