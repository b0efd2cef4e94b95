using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Deployments;

/// <summary>One service deployment: from where, to which revision, how far, and how it ended.</summary>
public sealed class ServiceDeployment(EcsService service, ServiceRevision target)
{
    private static readonly string[] Open =
        ["PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"];

    public EcsService Service { get; } = service;
    public ServiceRevision Target { get; } = target;

    /// <summary>What ran when it was made, with the number of its tasks.</summary>
    public required IReadOnlyList<Deployment> Sources { get; init; }

    public string Arn { get; } = service.Region.Arn("ecs", $"service-deployment/{service.Cluster.Name}/{service.Name}/{Ids.Letters(21)}");
    public JsonObject Configuration { get; } = (JsonObject)service.DeploymentConfiguration.DeepClone();
    public DateTimeOffset CreatedAt { get; } = service.Region.Now;
    public DateTimeOffset UpdatedAt { get; private set; } = service.Region.Now;
    public DateTimeOffset? StartedAt { get; private set; }
    public DateTimeOffset? FinishedAt { get; private set; }
    public DateTimeOffset? StoppedAt { get; private set; }
    public string Status { get; private set; } = "PENDING";
    public string? StatusReason { get; private set; }
    public string? Stage { get; set; }
    public List<LifecycleHook> Hooks { get; } = [];
    public RollbackNote? Rollback { get; set; }

    /// <summary>Shares of the traffic that the target has, in percent; the sources have the rest.</summary>
    public double TestTraffic { get; set; }
    public double ProductionTraffic { get; set; }

    public string BreakerStatus { get; set; } = "DISABLED";
    public int FailureCount { get; set; }
    public string AlarmStatus { get; set; } = "DISABLED";
    public List<string> TriggeredAlarms { get; } = [];

    /// <summary>So many more calls of ListServiceDeployments do not see it yet.</summary>
    public int HiddenFor { get; set; }

    public bool IsOpen => Open.Contains(Status);

    public string Strategy => Configuration.Text("strategy") ?? "ROLLING";

    public JsonObject? Breaker => Configuration.Member("deploymentCircuitBreaker") is { } breaker && breaker.Flag("enable") ? breaker : null;

    public JsonObject? Alarms => Configuration.Member("alarms") is { } alarms && alarms.Flag("enable") ? alarms : null;

    /// <summary>Half of the tasks, at least 3 and at most 200.</summary>
    public int Threshold => Math.Clamp((Service.DesiredCount + 1) / 2, 3, 200);

    public void Become(string status, string? reason = null)
    {
        var now = Service.Region.Now;
        (Status, UpdatedAt) = (status, now);
        StatusReason = reason ?? StatusReason;
        if (status == "IN_PROGRESS") StartedAt ??= now;
        if (status == "STOPPED") StoppedAt = now;
        if (!IsOpen) Finish(now);
    }

    private void Finish(DateTimeOffset now)
    {
        FinishedAt = now;
        if (BreakerStatus == "MONITORING") BreakerStatus = "MONITORING_COMPLETE";
        if (AlarmStatus == "MONITORING") AlarmStatus = "MONITORING_COMPLETE";
    }
}

/// <summary>To which revision a deployment went back, and why.</summary>
public sealed record RollbackNote(string Reason, DateTimeOffset StartedAt, string RevisionArn);

/// <summary>A lifecycle hook that a deployment has come to.</summary>
public sealed class LifecycleHook
{
    public string Id { get; } = Ids.Letters(12);
    public required string TargetType { get; init; }
    public string? TargetArn { get; init; }
    public string Status { get; set; } = "AWAITING_ACTION";
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? TimeoutAction { get; init; }
}
