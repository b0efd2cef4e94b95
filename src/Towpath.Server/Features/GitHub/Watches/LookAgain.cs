using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.GitHub.Target;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>
/// Which refs and commits are to be looked at again after a delivery. Nothing is decided here. Events of pull requests are not among them:
/// what is watched is the repository's own branches and tags, which nobody moves from a fork.
/// </summary>
public sealed class LookAgain(IStore store) : IDeliveryReaction
{
    public async Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken)
    {
        if (told.Repository is not { RepositoryId: var repository }) return [];
        return told is WebhookEvent.WorkflowRun { Run: var run } && await IsOfDeploymentAsync(run, cancellationToken)
            ? [new Change.SaveDeployingRun(repository, run.HeadSha, run.Id), .. Looks.Again(repository, run.HeadSha)]
            : Changes(repository, told);
    }

    private static IReadOnlyList<Change> Changes(long repository, WebhookEvent told) => told switch
    {
        WebhookEvent.Push { Fact: var fact } => Looks.Again(repository, fact.Ref),
        WebhookEvent.Deleted { Fact: var fact } => Looks.Again(repository, fact.Ref),
        WebhookEvent.Status { Fact: var fact } => Looks.Again(repository, fact.Sha),
        WebhookEvent.CheckRun { Fact: var fact } => Looks.Again(repository, fact.Sha),
        WebhookEvent.CheckSuite suite => Looks.Again(repository, suite.HeadSha),
        WebhookEvent.WorkflowRun { Run: var run } => Looks.Again(repository, run.HeadSha),
        _ => [],
    };

    /// <summary>Those that listen to deployments, and those that one of ours dispatched: their name shows it.</summary>
    private async Task<bool> IsOfDeploymentAsync(RunFacts run, CancellationToken cancellationToken) => run.Trigger switch
    {
        "deployment" or "deployment_status" => true,
        "workflow_dispatch" => DispatchIds.DeploymentIn(run.Title) is { } id && await store.Deployments.GetAsync(new DeploymentId(id), cancellationToken) is not null,
        _ => false,
    };
}
