using Towpath.Testing;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>
/// Runs all processes of a simulation on one thread: of everything that could happen next, the seed picks one. When nothing is ready,
/// the clock goes to the next timer.
/// </summary>
internal sealed class SimScheduler(int seed)
{
    private readonly List<(SimProcess Process, Action Run)> _ready = [];

    private readonly int _thread = Environment.CurrentManagedThreadId;

    public string? LeftAt { get; private set; }

    public Random Random { get; } = new(seed);

    public VirtualTime Time { get; } = new();

    public DateTimeOffset Now => Time.GetUtcNow();

    public long Steps { get; private set; }

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public TimeSpan Between(int fromMilliseconds, int toMilliseconds) => TimeSpan.FromMilliseconds(Random.Next(fromMilliseconds, toMilliseconds));

    /// <exception cref="InvalidOperationException">Something left the simulation's one thread, which would make runs differ.</exception>
    public void Post(SimProcess process, Action run)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            LeftAt ??= Environment.StackTrace;
            throw new InvalidOperationException($"code of {process.Name} left the simulation's thread");
        }

        _ready.Add((process, run));
    }

    /// <summary>False when the clock has come to <paramref name="until"/>, or when nothing can happen any more.</summary>
    public bool Step(DateTimeOffset until)
    {
        if (Now >= until) return false;
        _ready.RemoveAll(item => !item.Process.Alive);
        var runnable = _ready.Count(item => !item.Process.Paused);
        if (runnable == 0)
        {
            if (Time.NextTimer is not { } next) return false;
            Time.AdvanceTo(next < until ? next : until);
            return true;
        }

        RunOne(Random.Next(runnable));
        // Ids sort by the millisecond they were made in, so that no two steps share one.
        Time.Advance(TimeSpan.FromMilliseconds(1));
        return true;
    }

    private void RunOne(int nth)
    {
        var index = 0;
        while (_ready[index].Process.Paused || nth-- > 0) index++;
        var (process, run) = _ready[index];
        _ready.RemoveAt(index);
        Steps++;
        process.Run(run);
    }
}

/// <summary>
/// One process: every continuation of its code comes back here, so that it can be paused, and killed for good, between any two of them.
/// </summary>
internal sealed class SimProcess : SynchronizationContext
{
    private readonly SimScheduler _scheduler;

    public SimProcess(SimScheduler scheduler, string name)
    {
        (_scheduler, Name) = (scheduler, name);
        Time = new ProcessTime(this, scheduler.Time);
    }

    public string Name { get; }

    public TimeProvider Time { get; }

    public bool Alive { get; private set; } = true;

    public bool Paused { get; set; }

    /// <summary>When it was last resumed, or lost its session: calls that were checked before that instant may be stale.</summary>
    public DateTimeOffset DisturbedAt { get; set; }

    public void Kill() => Alive = false;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Alive) _scheduler.Post(this, () => d(state));
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("nothing in the product waits for another thread");

    public override SynchronizationContext CreateCopy() => this;

    public void Run(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Code that left the simulation's one thread would make runs differ.</summary>
    public void EnsureInside()
    {
        if (Current != this) throw new InvalidOperationException($"code of {Name} left its process: {Environment.StackTrace}");
    }

    private sealed class ProcessTime(SimProcess process, TimeProvider time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(_ => process.Post(s => callback(s), state), null, dueTime, period);
    }
}
