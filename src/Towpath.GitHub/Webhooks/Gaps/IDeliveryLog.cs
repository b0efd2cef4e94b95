namespace Towpath.GitHub.Webhooks.Gaps;

/// <summary>GitHub's own account of what it tried to deliver to the App's webhook (GET /app/hook/deliveries). It reaches back three days.</summary>
public interface IDeliveryLog
{
    /// <summary>Attempts, newest first, redeliveries among them. Whoever has seen enough stops.</summary>
    IAsyncEnumerable<DeliveryAttempt> ListAsync(CancellationToken cancellationToken);

    /// <summary>Has GitHub deliver it once more, under the same GUID.</summary>
    Task RedeliverAsync(long attempt, CancellationToken cancellationToken);
}

/// <summary>One try to deliver.</summary>
/// <param name="Id">Its own id; a redelivery has another.</param>
/// <param name="Guid">The delivery's.</param>
/// <param name="At">When it was tried.</param>
/// <param name="Event">Such as <c>push</c>.</param>
/// <param name="StatusCode">What we answered; 0 where nobody did.</param>
/// <param name="IsRedelivery">Whether somebody asked for it.</param>
public sealed record DeliveryAttempt(long Id, Guid Guid, DateTimeOffset At, string Event, int StatusCode, bool IsRedelivery);
