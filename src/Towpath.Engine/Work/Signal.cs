namespace Towpath.Engine.Work;

/// <summary>Wakes one waiter; a wake-up with nobody waiting is remembered, several are one.</summary>
public sealed class Signal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = New();

    /// <summary>Whether the next wait returns at once.</summary>
    public bool IsSet
    {
        get
        {
            lock (_lock) return _next.Task.IsCompleted;
        }
    }

    public void Set()
    {
        lock (_lock) _next.TrySetResult();
    }

    /// <summary>Returns when it is set, when the time is over, or when it is cancelled; which of them does not matter to the caller.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        TaskCompletionSource waiting;
        lock (_lock) waiting = _next;
        // Time over is no exception here: it is how most waits end.
        using (over.Token.Register(() => waiting.TrySetResult())) await waiting.Task;
        lock (_lock)
            if (_next == waiting) _next = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
