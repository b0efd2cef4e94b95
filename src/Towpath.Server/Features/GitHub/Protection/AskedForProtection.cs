using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>
/// A workflow run asks whether it may deploy to an environment. It is noted with the delivery's facts. The address in the payload is never called: what is kept of it
/// is the run's id.
/// </summary>
public sealed class AskedForProtection(IStore store) : IDeliveryReaction
{
    public async Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken)
    {
        if (told is not WebhookEvent.ProtectionRule asked || told.Repository is not { RepositoryId: var repository }) return [];
        var request = new ProtectionRequest(repository, asked.RunId, asked.Environment, asked.Sha ?? "", delivery.ReceivedAt);
        // A run that is run again keeps its id, and asks again after it was answered.
        Change note = await store.Mirrors.RequestAsync(repository, asked.RunId, asked.Environment, cancellationToken) is { Answer: not null }
            ? new Change.SaveProtectionRequest(request)
            : new Change.AddProtectionRequest(request);
        return [note, ProtectionWork.Of(request)];
    }
}
