using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>
/// A workflow run asks whether it may deploy to an environment. It is noted with the delivery's facts. The address in the payload is never called: what is kept of it
/// is the run's id.
/// </summary>
public sealed class AskedForProtection(IStore store, Configurations configurations) : IDeliveryReaction
{
    public async Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken)
    {
        if (told is not WebhookEvent.ProtectionRule asked || told.Repository is not { RepositoryId: var repository, Name: var name }) return [];
        var request = new ProtectionRequest(repository, asked.RunId, asked.Environment, asked.Sha ?? "", delivery.ReceivedAt);
        // A run that is run again keeps its id, and asks again after it was answered.
        Change note = await store.Mirrors.RequestAsync(repository, asked.RunId, asked.Environment, cancellationToken) is { Answer: not null }
            ? new Change.SaveProtectionRequest(request)
            : new Change.AddProtectionRequest(request);
        // A success that is saved at this moment either is seen by the look that follows this commit, or sees that there is a run that waits.
        var applications = (await configurations.CurrentAsync(cancellationToken)).Applications.Values.Where(application => ProtectionPlaces.RepositoriesOf(application).Contains(name));
        return [note, ProtectionWork.Of(request), .. applications.Select(application => Transitions.EvaluateWaiting(application.Name))];
    }
}
