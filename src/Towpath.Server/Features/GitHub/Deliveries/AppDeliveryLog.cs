using System.Runtime.CompilerServices;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Webhooks.Gaps;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>What GitHub says that it delivered to the App. Nothing while there is no App.</summary>
public sealed class AppDeliveryLog(IGitHubAppSource app, HookDeliveriesApi deliveries) : IDeliveryLog
{
    public async IAsyncEnumerable<DeliveryAttempt> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (app.Current is null) yield break;
        await foreach (var delivery in deliveries.ListAsync(cancellationToken))
            if (Guid.TryParse(delivery.Guid, out var guid))
                yield return new DeliveryAttempt(delivery.Id, guid, delivery.DeliveredAt, delivery.Event ?? "", delivery.StatusCode, delivery.Redelivery);
    }

    public Task RedeliverAsync(long attempt, CancellationToken cancellationToken) => deliveries.RedeliverAsync(attempt, cancellationToken);
}
