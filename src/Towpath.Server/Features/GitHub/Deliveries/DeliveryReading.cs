using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>What to save of a delivery.</summary>
public sealed class DeliveryReading(IEnumerable<IDeliveryReaction> reactions, TimeProvider time)
{
    private readonly IReadOnlyList<IDeliveryReaction> _reactions = [.. reactions];

    public async Task<IReadOnlyList<Change>> ChangesAsync(DeliveryContent content, CancellationToken cancellationToken)
    {
        var told = Read(content);
        List<Change> changes = [.. DeliveryFacts.Of(told)];
        if (told is not (WebhookEvent.Ignored or WebhookEvent.NotUnderstood))
            foreach (var reaction in _reactions) changes.AddRange(await reaction.ChangesAsync(content.Delivery, told, cancellationToken));
        changes.Add(new Change.SettleDelivery(Outcome(content.Delivery, told)));
        return changes;
    }

    /// <summary>Handling failed again and again: others go on, and people see why.</summary>
    public Change GivenUp(Delivery delivery, Exception exception) => new Change.SettleDelivery(
        new DeliveryOutcome(delivery.Guid, DeliveryState.Failed, time.GetUtcNow(), $"handling it failed: {exception.Message}"));

    private static WebhookEvent Read(DeliveryContent content)
    {
        try
        {
            return WebhookReader.Read(content.Delivery.Event, content.Payload());
        }
        catch (InvalidDataException exception)
        {
            return new WebhookEvent.NotUnderstood(exception.Message);
        }
    }

    private DeliveryOutcome Outcome(Delivery delivery, WebhookEvent told)
    {
        var (state, note) = told switch
        {
            WebhookEvent.NotUnderstood not => (DeliveryState.NotUnderstood, not.Why),
            WebhookEvent.Ignored ignored => (DeliveryState.Ignored, ignored.Why),
            WebhookEvent.Ping => (DeliveryState.Handled, "GitHub's hello to the new webhook"),
            _ => (DeliveryState.Handled, (string?)null),
        };
        return new DeliveryOutcome(delivery.Guid, state, time.GetUtcNow(), note) { Action = told.Action, RepositoryId = told.Repository?.RepositoryId, InstallationId = told.InstallationId };
    }
}
