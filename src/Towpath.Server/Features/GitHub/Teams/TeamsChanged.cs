using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Teams;

/// <summary>Where GitHub says that people came or went, teams are read at once.</summary>
public sealed class TeamsChanged : IDeliveryReaction
{
    public Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Change>>(told is WebhookEvent.PeopleChanged or WebhookEvent.Installation ? [ReadTeams.Wake] : []);
}
