namespace Towpath.Core.Deployments;

/// <summary>NeedsAttention: it holds its environment until a person retries it or gives it up.</summary>
internal static class Standstill
{
    public static Decision Apply(Deployment deployment, DeploymentEvent happened) => happened switch
    {
        DeploymentEvent.Retried e => DeploymentMachine.To(Resume(deployment, e), e, new Effect.Wake()),
        DeploymentEvent.CancelRequested e when ResumesIn(deployment) == Phase.RollingBack =>
            DeploymentMachine.End(
                deployment, e, Phase.RollbackFailed, $"{deployment.Outcome}; {e.By} gave the rollback up", new Effect.LeaveLine()),
        DeploymentEvent.CancelRequested e => DeploymentMachine.To(
            Resume(deployment, e) with { Cancel = new(e.By, e.Reason, e.At) }, e, new Effect.Wake()),
        _ => DeploymentMachine.NotIn(deployment, happened),
    };

    public static Next Enter(Deployment deployment, DeploymentEvent e, string reason, string whatToDo) =>
        DeploymentMachine.To(
            deployment.InPhase(Phase.NeedsAttention, e.At) with { Attention = new(reason, whatToDo, deployment.Phase) }, e, new Effect.Rest());

    private static Deployment Resume(Deployment deployment, DeploymentEvent e)
    {
        var resumed = deployment.InPhase(ResumesIn(deployment), e.At) with { Attention = null };
        return resumed.WithRecord(r => r with { Status = StepStatus.Running, Errors = 0, FinishedAt = null, Waits = false, StartedAt = e.At });
    }

    private static Phase ResumesIn(Deployment deployment) =>
        deployment.Attention?.ResumesIn ?? throw new InvalidOperationException("a deployment that needs attention says where it goes on");
}
