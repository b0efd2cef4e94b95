using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>Whatever happens to a pull request of an application with previews, they are looked at again.</summary>
public sealed class PreviewReaction(Configurations configurations, RepositoryApplications applications) : IDeliveryReaction
{
    public async Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken)
    {
        if (told is not WebhookEvent.PullRequest pull || told.Repository is not { } repository) return [];
        var configuration = await configurations.CurrentAsync(cancellationToken);
        return applications.Of(configuration, repository.Name).Any(a => a.Previews is not null) ? [PreviewWork.Of(new PullReference(repository.RepositoryId, pull.Fact.Number))] : [];
    }
}
