namespace Towpath.GitHub.Webhooks.Gaps;

public static class DeliveryLogReading
{
    /// <summary>More than three very busy days have: whoever answers with ever more is not to keep us for ever.</summary>
    private const int Most = 1_000_000;

    /// <summary>All attempts from that instant on.</summary>
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
