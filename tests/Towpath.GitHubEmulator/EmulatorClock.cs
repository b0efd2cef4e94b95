namespace Towpath.GitHubEmulator;

/// <summary>The clock of the emulated GitHub: another one, moved by as much as a script says.</summary>
public sealed class EmulatorClock(TimeProvider inner) : TimeProvider
{
    private long _offset;

    /// <summary>Called after the clock was moved by hand.</summary>
    internal Action? Moved { get; set; }

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => inner.GetTimestamp();

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);

    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _offset, by.Ticks);
        Moved?.Invoke();
    }
}
