using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>A task as DescribeTasks, RunTask and StopTask write it.</summary>
internal static class TaskView
{
    public static JsonObject Of(EcsTask task, bool withTags = true) => Json.Object(
        ("attachments", new JsonArray()),
        ("availabilityZone", task.Cluster.Region.Name + "a"),
        ("clusterArn", task.Cluster.Arn),
        ("connectivity", task.StartedAt is null ? null : "CONNECTED"),
        ("connectivityAt", Json.Epoch(task.StartedAt)),
        ("containers", Json.Array(task.Containers.Select(container => Of(task, container)))),
        ("cpu", task.Definition.Document.Text("cpu") ?? "256"),
        ("createdAt", Json.Epoch(task.CreatedAt)),
        ("desiredStatus", task.DesiredStatus),
        ("enableExecuteCommand", false),
        ("executionStoppedAt", task.StartedAt is null ? null : Json.Epoch(task.StoppingAt)),
        ("group", task.Group),
        ("healthStatus", task.HealthStatus),
        ("lastStatus", task.LastStatus),
        ("launchType", task.LaunchType),
        ("memory", task.Definition.Document.Text("memory") ?? "512"),
        ("overrides", task.Overrides),
        ("platformVersion", task.PlatformVersion),
        ("platformFamily", task.LaunchType == "FARGATE" ? "Linux" : null),
        ("pullStartedAt", Json.Epoch(task.PullStartedAt)),
        ("pullStoppedAt", Json.Epoch(task.PullStoppedAt)),
        ("startedAt", Json.Epoch(task.StartedAt)),
        ("startedBy", task.StartedBy),
        ("stopCode", task.StopCode),
        ("stoppedAt", Json.Epoch(task.StoppedAt)),
        ("stoppedReason", task.StoppedReason),
        ("stoppingAt", Json.Epoch(task.StoppingAt)),
        ("tags", withTags ? task.Tags.Written : new JsonArray()),
        ("taskArn", task.Arn),
        ("taskDefinitionArn", task.Definition.Arn),
        ("version", task.Version));

    private static JsonObject Of(EcsTask task, TaskContainer container) => Json.Object(
        ("containerArn", task.Cluster.Region.Arn("ecs", $"container/{task.Cluster.Name}/{task.Id}/{container.ArnId}")),
        ("taskArn", task.Arn),
        ("name", container.Name),
        ("image", container.Image),
        ("imageDigest", container.Digest),
        ("runtimeId", task.StartedAt is null ? null : container.RuntimeId),
        ("lastStatus", container.LastStatus),
        ("exitCode", container.ExitCode),
        ("reason", container.Reason),
        ("networkBindings", new JsonArray()),
        ("networkInterfaces", new JsonArray()),
        ("healthStatus", container.Definition["healthCheck"] is null ? "UNKNOWN" : task.HealthStatus),
        ("cpu", container.Definition["cpu"]?.ToJsonString()),
        ("memory", container.Definition["memory"]?.ToJsonString()));
}
