using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>
/// Which refs and commits are to be looked at again after a delivery. Nothing is asked and nothing is decided here. Events of pull requests are not among them:
/// what is watched is the repository's own branches and tags, which nobody moves from a fork.
/// </summary>
public sealed class LookAgain : IDeliveryReaction
{
    public Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken) =>
        Task.FromResult(told.Repository is { } repository ? Changes(repository.RepositoryId, told) : []);

    private static IReadOnlyList<Change> Changes(long repository, WebhookEvent told) => told switch
    {
        WebhookEvent.Push { Fact: var fact } => Looks.Again(repository, fact.Ref),
        WebhookEvent.Deleted { Fact: var fact } => Looks.Again(repository, fact.Ref),
        WebhookEvent.Status { Fact: var fact } => Looks.Again(repository, fact.Sha),
        WebhookEvent.CheckRun { Fact: var fact } => Looks.Again(repository, fact.Sha),
        WebhookEvent.CheckSuite suite => Looks.Again(repository, suite.HeadSha),
        WebhookEvent.WorkflowRun { Run: var run } => OfRun(repository, run),
        _ => [],
    };

    private static IReadOnlyList<Change> OfRun(long repository, RunFacts run) => IsOfDeployment(run)
        ? [new Change.SaveDeployingRun(repository, run.HeadSha, run.Id), .. Looks.Again(repository, run.HeadSha)]
        : Looks.Again(repository, run.HeadSha);

    /// <summary>Those that listen to deployments; of those that a deployment dispatched, it says so itself.</summary>
    private static bool IsOfDeployment(RunFacts run) => run.Trigger is "deployment" or "deployment_status";
}
