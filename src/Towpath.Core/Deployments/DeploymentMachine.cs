using Towpath.Core.Environments;

namespace Towpath.Core.Deployments;

/// <summary>
/// Decides what becomes of a deployment. Pure: time arrives inside the event, and nothing is read or written here.
/// The transition table in the tests is the reviewed picture of what this class does.
/// </summary>
public static class DeploymentMachine
{
    public static Decision Apply(Deployment deployment, DeploymentEvent happened) => deployment.Phase switch
    {
        Phase.Waiting => BeforeStart.Apply(deployment, happened),
        Phase.Queued => BeforeStart.Apply(deployment, happened),
        Phase.Running or Phase.Verifying or Phase.RollingBack => Execution.Apply(deployment, happened),
        Phase.NeedsAttention => Standstill.Apply(deployment, happened),
        Phase.Succeeded or Phase.Failed or Phase.RolledBack or Phase.RollbackFailed or Phase.Cancelled or Phase.Superseded
            => new Refused($"the deployment has ended ({Words.Of(deployment.Phase)})"),
    };

    /// <summary>The first state of a request; its gates are not evaluated yet.</summary>
    public static Next Request(Deployment requested) =>
        new(requested with { Phase = Phase.Waiting, PhaseSince = requested.RequestedAt },
            new DeploymentEvent.Requested(requested.RequestedAt, requested.RequestedBy),
            [new Effect.EvaluateSelf(null)]);

    internal static Next To(Deployment deployment, DeploymentEvent happened, params IReadOnlyList<Effect> effects) =>
        new(deployment with { Revision = deployment.Revision + 1 }, happened, effects);

    internal static Deployment InPhase(this Deployment deployment, Phase phase, DateTimeOffset at) =>
        deployment.Phase == phase ? deployment : deployment with { Phase = phase, PhaseSince = at };

    internal static Next End(Deployment deployment, DeploymentEvent happened, Phase phase, string? outcome, params IReadOnlyList<Effect> effects) =>
        To(deployment.InPhase(phase, happened.At) with { FinishedAt = happened.At, Outcome = outcome, Attention = null }, happened, effects);

    internal static Refused NotIn(Deployment deployment, DeploymentEvent happened) => new(happened switch
    {
        DeploymentEvent.Rejected => $"it has started already ({Words.Of(deployment.Phase)}) and cannot be rejected any more; cancel it instead",
        DeploymentEvent.Retried => $"there is nothing to retry: it does not need attention ({Words.Of(deployment.Phase)})",
        DeploymentEvent.SupersededBy => $"it has started already ({Words.Of(deployment.Phase)}); a newer one waits for it",
        _ => $"{happened.Name} cannot happen in the phase '{Words.Of(deployment.Phase)}'",
    });

    internal static RunningVersion Itself(Deployment deployment, DateTimeOffset at) =>
        new(deployment.Id, deployment.BuildId, deployment.Version, deployment.Digest, at);
}
