using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;

namespace Towpath.Server.Views;

/// <summary>Shows deployments: the same for API, dashboard and command line.</summary>
public sealed class DeploymentViews(IStore store, Presence presence, Links links)
{
    public DeploymentSummary Summary(Deployment deployment) => new()
    {
        Id = deployment.Id.Value,
        Application = deployment.Key.Application,
        Environment = deployment.Key.Environment,
        Version = deployment.Version,
        Digest = deployment.Digest,
        Phase = deployment.Phase,
        Origin = deployment.Origin,
        RequestedBy = deployment.RequestedBy,
        RequestedAt = deployment.RequestedAt,
        PhaseSince = deployment.PhaseSince,
        WaitsFor = WaitsFor(deployment),
        Outcome = deployment.Outcome,
        Url = links.To(deployment.Id),
    };

    public async Task<DeploymentView> ViewAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var approvals = await store.Deployments.ApprovalsAsync(deployment.Id, cancellationToken);
        return new DeploymentView
        {
            Id = deployment.Id.Value,
            Application = deployment.Key.Application,
            Environment = deployment.Key.Environment,
            Version = deployment.Version,
            Digest = deployment.Digest,
            Phase = deployment.Phase,
            Origin = deployment.Origin,
            RequestedBy = deployment.RequestedBy,
            RequestedAt = deployment.RequestedAt,
            PhaseSince = deployment.PhaseSince,
            WaitsFor = WaitsFor(deployment),
            Outcome = deployment.Outcome,
            Url = links.To(deployment.Id),
            Commit = deployment.Commit,
            BuildId = deployment.BuildId,
            Author = deployment.Author,
            Hands = deployment.Hands,
            Reason = deployment.Reason,
            PolicyRevision = deployment.PolicyRevision,
            PolicySource = deployment.PolicySource,
            Gates = deployment.Gates,
            Explanation = deployment.Gates is { } gates ? GateWords.Lines(gates) : [],
            LinePosition = await LinePositionAsync(deployment, cancellationToken),
            KnownGood = deployment.KnownGood,
            Steps = Steps(deployment.Plan?.Steps, deployment.Steps),
            RollbackSteps = Steps(deployment.Plan?.Rollback, deployment.RollbackSteps),
            Attention = deployment.Attention,
            Cancel = deployment.Cancel,
            StartedAt = deployment.StartedAt,
            FinishedAt = deployment.FinishedAt,
            Approvals = approvals,
        };
    }

    private string? WaitsFor(Deployment deployment) => deployment switch
    {
        { Phase: Phase.Waiting, Gates: { } gates } => GateWords.WaitsFor(gates),
        { Phase: Phase.Queued, Capability: { } needed } when presence.Lacks(needed) =>
            $"a node that has '{needed}', and none runs: start towpath up there, or change the target in the app's spec",
        { Phase: Phase.Running or Phase.Verifying or Phase.RollingBack, Capability: { } needed } when presence.Lacks(needed) =>
            $"a node that has '{needed}', and none runs: start towpath up there",
        _ => null,
    };

    private async Task<int?> LinePositionAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (deployment.Phase != Phase.Queued) return null;
        var line = await store.Deployments.LineAsync(deployment.Key, cancellationToken);
        for (var i = 0; i < line.Count; i++)
            if (line[i] == deployment.Id) return i + 1;
        return null;
    }

    private static IReadOnlyList<StepView> Steps(IReadOnlyList<PlanStep>? planned, IReadOnlyList<StepRecord> records) =>
        [.. (planned ?? []).Zip(records, (step, record) => new StepView(
            step.Name, step.Kind, step.Stage, record.Status, record.Attempt, record.Message, record.StartedAt, record.FinishedAt, record.Outputs))];
}
