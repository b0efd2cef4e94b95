namespace Towpath.GitHub.Webhooks.Gaps;

/// <summary>Which deliveries GitHub made and we do not have. GitHub repeats none by itself.</summary>
public static class DeliveryGaps
{
    /// <summary>GitHub keeps deliveries, and repeats them on request, for so long (GitHub Docs, Redelivering webhooks).</summary>
    public static TimeSpan Reach { get; } = TimeSpan.FromDays(3);

    /// <summary>One that was tried so recently may still be on its way.</summary>
    public static TimeSpan OnItsWay { get; } = TimeSpan.FromMinutes(1);

    /// <summary>So many tries were refused for what they are, and another one would be, too. Where nobody answered, or had no room, trying goes on.</summary>
    public const int MostTries = 5;

    /// <summary>The attempts to repeat, one for each missing delivery, the oldest first.</summary>
    /// <param name="listed">What GitHub lists.</param>
    /// <param name="known">The GUIDs that we have.</param>
    /// <param name="used">The events that are more than ignored; nothing is lost with others.</param>
    /// <param name="now">The present instant.</param>
    public static IReadOnlyList<DeliveryAttempt> Missing(IEnumerable<DeliveryAttempt> listed, IReadOnlySet<Guid> known, IReadOnlyCollection<string> used, DateTimeOffset now) =>
    [
        .. listed.Where(attempt => !known.Contains(attempt.Guid) && used.Contains(attempt.Event))
            .GroupBy(attempt => attempt.Guid)
            .Where(tries => tries.Count(t => t.StatusCode is >= 400 and < 500) < MostTries && now - tries.Max(t => t.At) >= OnItsWay)
            .Select(tries => tries.MaxBy(t => (t.At, t.Id))!)
            .Where(last => now - last.At < Reach)
            .OrderBy(last => last.At).ThenBy(last => last.Id),
    ];
}
