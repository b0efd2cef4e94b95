namespace Towpath.AwsEmulator.Calling;

/// <summary>A call that was answered, or dropped.</summary>
/// <param name="Status">The HTTP status; 0 when the connection was dropped.</param>
public sealed record JournaledCall(
    int Number, string Service, string Operation, string Account, string Region, string Principal, string? Session, int Status, string? Error, DateTimeOffset At);

/// <summary>The calls so far, oldest first; the newest <see cref="Capacity"/> are kept, and all are counted.</summary>
public sealed class Journal
{
    public const int Capacity = 500_000;

    private readonly Lock _lock = new();
    private readonly Queue<JournaledCall> _calls = new();
    private readonly Dictionary<(string Service, string Operation), int> _byOperation = [];
    private int _total;
    private int _throttled;

    public IReadOnlyList<JournaledCall> All
    {
        get
        {
            lock (_lock) return [.. _calls];
        }
    }

    public int Total
    {
        get
        {
            lock (_lock) return _total;
        }
    }

    public int Throttled
    {
        get
        {
            lock (_lock) return _throttled;
        }
    }

    /// <summary>Counts by <c>service:Operation</c>.</summary>
    public IReadOnlyDictionary<string, int> ByOperation
    {
        get
        {
            lock (_lock)
                return new SortedDictionary<string, int>(_byOperation.ToDictionary(c => $"{c.Key.Service}:{c.Key.Operation}", c => c.Value), StringComparer.Ordinal);
        }
    }

    public IReadOnlyList<JournaledCall> Of(string service, string operation) =>
        [.. All.Where(c => c.Service == service && c.Operation == operation)];

    internal void Add(JournaledCall call, bool throttled)
    {
        var name = (call.Service, call.Operation);
        lock (_lock)
        {
            _calls.Enqueue(call);
            if (_calls.Count > Capacity) _calls.Dequeue();
            _byOperation[name] = _byOperation.GetValueOrDefault(name) + 1;
            _total++;
            if (throttled) _throttled++;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _calls.Clear();
            _byOperation.Clear();
            _total = _throttled = 0;
        }
    }
}
