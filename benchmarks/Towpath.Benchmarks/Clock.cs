namespace Towpath.Benchmarks;

/// <summary>Every process of a run is on this machine and shares its clock.</summary>
internal static class Clock
{
    public static TimeProvider Time => TimeProvider.System;

    /// <summary>Microseconds since 1970.</summary>
    public static long Now => (Time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static Task Wait(int milliseconds, CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Time, cancellationToken);
}
