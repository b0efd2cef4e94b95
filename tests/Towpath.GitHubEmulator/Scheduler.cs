namespace Towpath.GitHubEmulator;

/// <summary>What will happen by itself, in order of time: each thing at its moment, under the world's lock.</summary>
public sealed class Scheduler : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly EmulatorWorld _world;
    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Order)> _queue = new();
    private readonly ITimer _timer;
    private long _order;
    private bool _ended;

    internal Scheduler(EmulatorWorld world)
    {
        _world = world;
        _timer = world.Time.CreateTimer(_ => RunDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        world.Time.Moved = RunDue;
    }

    /// <summary>Lets something happen later; at once when the delay is zero.</summary>
    public void After(TimeSpan delay, Action what)
    {
        lock (_world.Gate)
        {
            if (delay <= TimeSpan.Zero)
            {
                what();
                return;
            }

            _queue.Enqueue(what, (_world.Now + delay, _order++));
            SetTimer();
        }
    }

    /// <summary>Lets everything happen that is due by now.</summary>
    public void RunDue()
    {
        lock (_world.Gate)
        {
            if (_ended) return;
            while (_queue.TryPeek(out var next, out var when) && when.Due <= _world.Now)
            {
                _queue.Dequeue();
                next();
            }
            SetTimer();
        }
    }

    public void Clear()
    {
        lock (_world.Gate) _queue.Clear();
    }

    public void Dispose()
    {
        lock (_world.Gate) _ended = true;
        _world.Time.Moved = null;
        _timer.Dispose();
    }

    private void SetTimer()
    {
        if (_ended || !_queue.TryPeek(out _, out var when)) return;
        var wait = when.Due - _world.Now;
        // A timer counts whole milliseconds and may fire just before its moment.
        _timer.Change(wait > Longest ? Longest : TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }
}
