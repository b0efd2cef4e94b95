namespace Towpath.Engine.Storage.Dialects;

/// <summary>Instants are kept as microseconds since 1970, UTC: both databases compare them alike.</summary>
internal static class Instants
{
    public static long ToMicroseconds(this DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>The longest delay lies far beyond any date and still can be added to one.</summary>
    public static long Microseconds(this TimeSpan delay) => Math.Max(0, delay.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>Due instants beyond this are those of rows that wait to be woken.</summary>
    public const long Never = 900_000_000_000_000_000;
}
