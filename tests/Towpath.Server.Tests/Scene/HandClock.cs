namespace Towpath.Server.Tests.Scene;

/// <summary>The system's clock, and what a test adds to it. Timers are the system's.</summary>
public sealed class HandClock : TimeProvider
{
    private long _added;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _added, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Added;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Added.Ticks;

    private TimeSpan Added => new(Interlocked.Read(ref _added));
}
