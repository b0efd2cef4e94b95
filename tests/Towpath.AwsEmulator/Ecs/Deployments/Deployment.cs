using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Deployments;

/// <summary>An entry of a service's <c>deployments</c>: one revision with the tasks that run it.</summary>
public sealed class Deployment(ServiceRevision revision)
{
    public string Id { get; } = $"ecs-svc/{Ids.Number()}";
    public ServiceRevision Revision { get; } = revision;
    public DateTimeOffset CreatedAt { get; } = revision.Service.Region.Now;
    public DateTimeOffset UpdatedAt { get; private set; } = revision.Service.Region.Now;

    /// <summary>PRIMARY for the newest, ACTIVE for those that it replaces.</summary>
    public string Status { get; private set; } = "PRIMARY";

    public int DesiredCount { get; set; }
    public int FailedTasks { get; set; }
    public string RolloutState { get; private set; } = "IN_PROGRESS";
    public string RolloutStateReason { get; private set; } = "";

    /// <summary>The tasks, from when the rollout scales up.</summary>
    public TaskFleet? Fleet { get; set; }

    public int RunningCount => Fleet?.Running ?? 0;
    public int PendingCount => Fleet?.Pending ?? 0;

    public void Become(string status)
    {
        Status = status;
        Touch();
    }

    public void Roll(string state, string reason)
    {
        (RolloutState, RolloutStateReason) = (state, reason);
        Touch();
    }

    public void Touch() => UpdatedAt = Revision.Service.Region.Now;
}
