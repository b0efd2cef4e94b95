using Towpath.Core.Deployments;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>Whatever happens to a pull request of an application with previews, they are looked at again; and where the commit is the build, when it is pushed.</summary>
public sealed class PreviewReaction(IStore store, Configurations configurations, RepositoryApplications applications) : IDeliveryReaction
{
    public async Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken)
    {
        if (told is not (WebhookEvent.PullRequest or WebhookEvent.Push) || told.Repository is not { } repository) return [];
        var previewed = applications.Of(await configurations.CurrentAsync(cancellationToken), repository.Name).Where(a => a.Previews is not null).ToList();
        if (previewed.Count == 0) return [];
        if (told is WebhookEvent.PullRequest pull) return [PreviewWork.Of(new PullReference(repository.RepositoryId, pull.Fact.Number))];
        if (told is not WebhookEvent.Push { Fact: { Sha: { } pushed } fact } || WatchRules.BranchOf(fact.Ref) is null || !previewed.Any(WatchRules.IsItsCommit)) return [];
        return [.. (await store.Facts.PullsOfHeadAsync(repository.RepositoryId, pushed, cancellationToken)).Where(known => known.IsOpen).Select(known => PreviewWork.Of(new PullReference(repository.RepositoryId, known.Number)))];
    }
}
