using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.GitHub.Rest;

namespace Towpath.Server.Features.GitHub.Mirror;

/// <summary>What a deployment is for GitHub, and one line on it.</summary>
internal static class MirrorStates
{
    /// <param name="deployment">As it is now.</param>
    /// <param name="isCurrent">Of one that succeeded: nothing that succeeded later has taken its place.</param>
    public static (DeploymentState State, string Description) Of(Deployment deployment, bool isCurrent) => deployment.Phase switch
    {
        Phase.Waiting => (DeploymentState.Pending, deployment.Gates is { } gates && GateWords.WaitsFor(gates) is { } what ? $"waits for {what}" : "waits"),
        Phase.Queued => (DeploymentState.Queued, "waits for its turn"),
        Phase.Running => (DeploymentState.InProgress, $"{deployment.Version} is being deployed"),
        Phase.Verifying => (DeploymentState.InProgress, $"{deployment.Version} is being verified"),
        Phase.RollingBack => (DeploymentState.InProgress, $"is rolled back: {deployment.Outcome}"),
        Phase.NeedsAttention => (DeploymentState.Pending, $"needs attention: {deployment.Attention?.Reason}"),
        Phase.Succeeded when isCurrent => (DeploymentState.Success, deployment.Version),
        Phase.Succeeded => (DeploymentState.Inactive, $"{deployment.Version} succeeded, and was replaced"),
        Phase.Failed => (DeploymentState.Failure, deployment.Outcome ?? "failed"),
        Phase.RolledBack => (DeploymentState.Failure, $"rolled back to {deployment.KnownGood?.Version}: {deployment.Outcome}"),
        Phase.RollbackFailed => (DeploymentState.Error, deployment.Outcome ?? "the rollback failed"),
        Phase.Cancelled => (DeploymentState.Inactive, deployment.Outcome ?? "cancelled"),
        Phase.Superseded => (DeploymentState.Inactive, deployment.Outcome ?? "superseded"),
    };

    public static string Word(DeploymentState state) => state switch
    {
        DeploymentState.Error => "error",
        DeploymentState.Failure => "failure",
        DeploymentState.Inactive => "inactive",
        DeploymentState.InProgress => "in_progress",
        DeploymentState.Queued => "queued",
        DeploymentState.Pending => "pending",
        DeploymentState.Success => "success",
    };
}
