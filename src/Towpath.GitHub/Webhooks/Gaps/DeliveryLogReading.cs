namespace Towpath.GitHub.Webhooks.Gaps;

public static class DeliveryLogReading
{
    /// <summary>A look that reads on for ever would never end, and none after it. What happened before these is seen when repositories are compared with GitHub.</summary>
    internal const int Most = 90_000;

    /// <summary>The attempts from that instant on; of too many the newest.</summary>
    public static async Task<IReadOnlyList<DeliveryAttempt>> SinceAsync(this IDeliveryLog log, DateTimeOffset from, CancellationToken cancellationToken)
    {
        List<DeliveryAttempt> attempts = [];
        await foreach (var attempt in log.ListAsync(cancellationToken))
        {
            if (attempt.At < from || attempts.Count == Most) break;
            attempts.Add(attempt);
        }

        return attempts;
    }
}
