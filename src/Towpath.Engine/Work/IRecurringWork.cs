using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Something that one node of all does again and again.</summary>
public interface IRecurringWork
{
    string Name { get; }

    /// <summary>From the end of one round to the start of the next.</summary>
    TimeSpan Interval { get; }

    Task RunAsync(Fence fence, CancellationToken cancellationToken);
}

/// <summary>Runs recurring work from its one row, so that exactly one node does it at a time.</summary>
public sealed class RecurringHandler(IEnumerable<IRecurringWork> recurring, EngineServices services) : IWorkHandler
{
    private readonly Dictionary<string, IRecurringWork> _recurring = recurring.ToDictionary(r => r.Name, StringComparer.Ordinal);

    public string Kind => Queues.Recurring;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        // A row that another version of Towpath left: nobody here knows it, and it does not come back.
        if (!_recurring.TryGetValue(work.Subject, out var known))
        {
            await services.FinishAsync(work, [], signals.Stop);
            return;
        }

        await known.RunAsync(work.Fence, signals.Stop);
        await services.FinishAsync(work, [], signals.Stop, Again(known, known.Interval));
    }

    /// <summary>One row for each, however many nodes start at once.</summary>
    public IReadOnlyList<Change> FirstRows() => [.. _recurring.Values.Select(r => Again(r, TimeSpan.Zero))];

    /// <summary>Has it done now instead of at the end of its interval, or once more where it is being done.</summary>
    public static Change Soon(string name) => Again(name, TimeSpan.Zero);

    private static Change.EnqueueOnce Again(IRecurringWork recurring, TimeSpan delay) => Again(recurring.Name, delay);

    private static Change.EnqueueOnce Again(string name, TimeSpan delay) => new(new WorkItem
    {
        Kind = Queues.Recurring, Queue = Queues.Named(name), Subject = name, Delay = delay,
    });
}
