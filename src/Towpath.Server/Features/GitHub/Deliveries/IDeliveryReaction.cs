using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>
/// What follows from a delivery besides its facts, such as an evaluation that is enqueued. Saved in the same commit as the facts. It may be asked more than once
/// for the same delivery, and in any order: so it says what to look at again, not what to do.
/// </summary>
public interface IDeliveryReaction
{
    Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken);
}
