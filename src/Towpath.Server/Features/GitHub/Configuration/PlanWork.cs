using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>The row that brings the plan of a pull request up to date.</summary>
internal static class PlanWork
{
    public const string Kind = "configuration-plan";

    public static Change Of(PullReference pull) => new Change.EnqueueOnce(new WorkItem { Kind = Kind, Queue = $"{Kind}:{pull}", Subject = pull.ToString() });
}

/// <summary>Has a pull request of the configuration's repository planned, whoever opened it: it is only looked at.</summary>
public sealed class PlanReaction(ServerOptions options) : IDeliveryReaction
{
    public Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Change>>(told is WebhookEvent.PullRequest { Fact: { IsOpen: true } pull }
            && string.Equals(told.Repository?.Name, options.ConfigurationRepository?.Repository, StringComparison.OrdinalIgnoreCase)
                ? [PlanWork.Of(new PullReference(pull.RepositoryId, pull.Number))]
                : []);
}
