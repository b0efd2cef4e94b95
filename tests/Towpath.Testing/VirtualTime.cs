namespace Towpath.Testing;

/// <summary>A clock that moves only when a test says so. Timers fire in the order of their instants, on the thread that moves the clock.</summary>
public sealed class VirtualTime : TimeProvider
{
    /// <summary>Where tests start, unless they say otherwise.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<(DateTimeOffset Due, long Order), VirtualTimer> _timers = [];
    private DateTimeOffset _now;
    private long _order;

    public VirtualTime() : this(Start)
    {
    }

    public VirtualTime(DateTimeOffset start) => _now = start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>The instant of the earliest timer; null when none is set.</summary>
    public DateTimeOffset? NextTimer
    {
        get
        {
            lock (_lock) return _timers.Count == 0 ? null : _timers.Keys.First().Due;
        }
    }

    public void Advance(TimeSpan by) => AdvanceTo(GetUtcNow() + by);

    public void AdvanceTo(DateTimeOffset instant)
    {
        while (TakeDue(instant) is { } timer) timer.Fire();
        lock (_lock)
            if (_now < instant) _now = instant;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private VirtualTimer? TakeDue(DateTimeOffset instant)
    {
        lock (_lock)
        {
            if (_timers.Count == 0) return null;
            var (key, timer) = _timers.First();
            if (key.Due > instant) return null;
            _timers.Remove(key);
            if (_now < key.Due) _now = key.Due;
            timer.Key = null;
            return timer;
        }
    }

    private void Set(VirtualTimer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            if (timer.Key is { } old) _timers.Remove(old);
            timer.Key = null;
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            var key = (_now + dueTime, _order++);
            timer.Key = key;
            _timers.Add(key, timer);
        }
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public (DateTimeOffset Due, long Order)? Key { get; set; }

        public void Fire()
        {
            if (_period > TimeSpan.Zero) time.Set(this, _period);
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            time.Set(this, dueTime);
            return true;
        }

        public void Dispose() => time.Set(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
