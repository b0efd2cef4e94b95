using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Target;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Mirror;

/// <summary>
/// A status of a GitHub Deployment, or the end of a workflow run, that a deployment here waits for: it looks at once, instead of when it would have. The delivery
/// says only where to look; what it looks at is GitHub.
/// </summary>
internal sealed class WakeDeployments(IStore store) : IDeliveryReaction
{
    public async Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken)
    {
        var id = told switch
        {
            WebhookEvent.DeploymentStatus { Of.Marker: { IsMirror: false } marker } => marker.Deployment,
            WebhookEvent.WorkflowRun { Run: { Trigger: "workflow_dispatch", Title: { } title } } => DispatchIds.DeploymentIn(title),
            _ => null,
        };
        if (id is null || await store.Deployments.GetAsync(new DeploymentId(id), cancellationToken) is not { } deployment || !deployment.Phase.IsActive()) return [];
        Change wake = new Change.WakeWork(Queues.Line(deployment.Key), deployment.Id.Value);
        // What a run that was dispatched here reports of the commit is no check of it.
        return told is WebhookEvent.WorkflowRun { Run: var run } && told.Repository is { } repository ? [new Change.SaveDeployingRun(repository.RepositoryId, run.HeadSha, run.Id), wake] : [wake];
    }
}
