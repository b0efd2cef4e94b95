namespace Towpath.AwsEmulator.Estates;

/// <summary>
/// What will happen, in order of time. Nothing runs by itself: whoever looks at the world first lets everything happen
/// that is due by then, each at its own moment. So the same calls at the same moments always see the same world.
/// </summary>
public sealed class Timeline(TimeProvider time)
{
    private readonly PriorityQueue<Happening, (DateTimeOffset Due, long Order)> _queue = new();
    private long _order;

    /// <summary>The moment of what is happening now; between happenings the moment of the last look.</summary>
    public DateTimeOffset Now { get; private set; } = time.GetUtcNow();

    /// <summary>Lets something happen later. Disposing the answer calls it off.</summary>
    public Happening After(TimeSpan delay, Action what)
    {
        var happening = new Happening(what);
        var due = Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
        _queue.Enqueue(happening, (due, _order++));
        return happening;
    }

    /// <summary>Lets everything happen that is due by now.</summary>
    public void Advance()
    {
        var until = time.GetUtcNow();
        while (_queue.TryPeek(out var next, out var when) && when.Due <= until)
        {
            _queue.Dequeue();
            Now = when.Due > Now ? when.Due : Now;
            next.Happen();
        }
        Now = until > Now ? until : Now;
    }
}

/// <summary>Something that will happen unless it is called off.</summary>
public sealed class Happening(Action what) : IDisposable
{
    private bool _calledOff;

    public void Dispose() => _calledOff = true;

    internal void Happen()
    {
        if (!_calledOff) what();
    }
}
