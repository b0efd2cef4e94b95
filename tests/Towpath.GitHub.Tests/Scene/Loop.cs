namespace Towpath.GitHub.Tests.Scene;

/// <summary>Runs a test with everything that it starts on one thread, so that it can say: until nothing is left to do at this instant.</summary>
internal sealed class Loop : SynchronizationContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Queue<(SendOrPostCallback Work, object? State)> _queue = new();

    public static void Run(Func<Task> test)
    {
        var (loop, before) = (new Loop(), Current);
        SetSynchronizationContext(loop);
        try
        {
            var run = test();
            while (!run.IsCompleted)
            {
                var next = loop.Take(run);
                next.Work?.Invoke(next.State);
            }

            run.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Comes back when everything else has been done.</summary>
    public static async Task SettleAsync()
    {
        do await Task.Yield();
        while (Current is Loop loop && loop.HasMore);
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_queue)
        {
            _queue.Enqueue((d, state));
            Monitor.PulseAll(_queue);
        }
    }

    private bool HasMore
    {
        get
        {
            lock (_queue) return _queue.Count > 0;
        }
    }

    private (SendOrPostCallback? Work, object? State) Take(Task run)
    {
        lock (_queue)
        {
            while (_queue.Count == 0)
            {
                if (run.IsCompleted) return default;
                if (!Monitor.Wait(_queue, Patience)) throw new InvalidOperationException("the test waits for something that nobody does");
            }

            return _queue.Dequeue();
        }
    }
}
