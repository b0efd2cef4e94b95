using Towpath.Core.Deployments;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Releases;

/// <summary>What may change a draft, and what is published: by what GitHub tells.</summary>
public sealed class ReleaseReaction(Configurations configurations, RepositoryApplications applications) : IDeliveryReaction
{
    public async Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken)
    {
        if (told.Repository is not { } repository || !IsAboutReleases(told)) return [];
        var drafting = applications.Of(await configurations.CurrentAsync(cancellationToken), repository.Name).Where(a => a.Releases is not null).ToList();
        if (drafting.Count == 0) return [];
        IEnumerable<Change> drafts = drafting.Select(a => DraftWork.Of(a.Name));
        if (told is not WebhookEvent.Release { Action: "published", Published.Id: var id }) return [.. drafts];
        Change[] by = told.Sender is { Login.Length: > 0 } sender ? [PublishedWork.By(repository.RepositoryId, id, sender.Login)] : [];
        return [.. drafts, .. by, PublishedWork.Of(repository.RepositoryId, id)];
    }

    private static bool IsAboutReleases(WebhookEvent told) => told switch
    {
        WebhookEvent.Push push => WatchRules.BranchOf(push.Fact.Ref) is not null,
        WebhookEvent.PullRequest pull => pull.Fact.IsMerged,
        // Our own edits are told as well, and must not lead to the next one.
        WebhookEvent.Release release => release.Action is "published" or "deleted" or "unpublished",
        _ => false,
    };
}

/// <summary>A commit that has succeeded where its branch is deployed may be released.</summary>
public sealed class ReleaseTransitions(Configurations configurations) : ITransitionReaction
{
    public IEnumerable<Change> Of(Deployment? before, Deployment after)
    {
        if (after.Phase == Phase.Succeeded && before?.Phase != Phase.Succeeded
            && configurations.Known.FindApplication(after.Key.Application) is { Releases: not null } application
            && application.FindEnvironment(after.Key.Environment)?.AutoDeploy?.Branch is not null) yield return DraftWork.Of(application.Name);
    }
}
