using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.TaskDefinitions;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>One task: what runs, how far it is, and why it stopped.</summary>
public sealed class EcsTask
{
    public EcsTask(Cluster cluster, TaskDefinition definition, JsonObject? overrides)
    {
        Cluster = cluster;
        Definition = definition;
        Overrides = overrides ?? new JsonObject { ["containerOverrides"] = new JsonArray() };
        CreatedAt = cluster.Region.Now;
        Containers = [.. definition.Containers.Select(container => new TaskContainer(container))];
    }

    public Cluster Cluster { get; }
    public TaskDefinition Definition { get; }
    public JsonObject Overrides { get; }
    public string Id { get; } = Ids.Hex(32);
    public string Arn => Cluster.Region.Arn("ecs", $"task/{Cluster.Name}/{Id}");
    public required string Group { get; init; }
    public string? StartedBy { get; init; }
    public required string LaunchType { get; init; }
    public string? PlatformVersion => LaunchType == "FARGATE" ? "1.4.0" : null;
    public IReadOnlyList<TaskContainer> Containers { get; }
    public Tags Tags { get; } = new();

    public string DesiredStatus { get; set; } = "RUNNING";
    public string LastStatus { get; set; } = "PROVISIONING";
    public string HealthStatus { get; set; } = "UNKNOWN";
    public DateTimeOffset CreatedAt { get; }
    public DateTimeOffset? PullStartedAt { get; set; }
    public DateTimeOffset? PullStoppedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? StoppingAt { get; set; }
    public DateTimeOffset? StoppedAt { get; set; }
    public string? StopCode { get; set; }
    public string? StoppedReason { get; set; }
    public int Version { get; set; } = 1;

    /// <summary>What drives it; set when it begins.</summary>
    public TaskLife? Life { get; set; }

    public bool Stopped => LastStatus == "STOPPED";
    public bool Running => LastStatus == "RUNNING";
}

/// <summary>One container of a task.</summary>
public sealed class TaskContainer(JsonObject definition)
{
    public JsonObject Definition { get; } = definition;
    public string Name => Definition.Text("name")!;
    public string Image => Definition.Text("image")!;
    public string? Digest { get; set; }
    public string RuntimeId { get; } = $"{Ids.Hex(32)}-{Ids.Hex(9)}";
    public string ArnId { get; } = Ids.Uuid();
    public string LastStatus { get; set; } = "PENDING";
    public int? ExitCode { get; set; }
    public string? Reason { get; set; }
}
