namespace Towpath.GitHubEmulator.Calling;

/// <summary>A call that was answered, or dropped.</summary>
/// <param name="Route">Such as <c>POST /repos/{owner}/{repo}/deployments</c>; empty where there is none.</param>
/// <param name="Caller">A login, an app's slug, or <c>anonymous</c>.</param>
/// <param name="Status">The HTTP status; 0 when the connection was dropped.</param>
/// <param name="Body">What was sent; null where nothing was.</param>
public sealed record JournaledCall(
    int Number, string Method, string Path, string Query, string Route, string Caller, int Status, string? Body, string RequestId, DateTimeOffset At);

/// <summary>The calls so far, oldest first; the newest <see cref="Capacity"/> are kept, and all are counted.</summary>
public sealed class Journal
{
    public const int Capacity = 50_000;

    private readonly Lock _lock = new();
    private readonly Queue<JournaledCall> _calls = new();
    private readonly SortedDictionary<string, int> _byRoute = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, int> _byStatus = [];
    private int _total;

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

    public IReadOnlyDictionary<string, int> ByRoute
    {
        get
        {
            lock (_lock) return new SortedDictionary<string, int>(_byRoute, StringComparer.Ordinal);
        }
    }

    public IReadOnlyDictionary<int, int> ByStatus
    {
        get
        {
            lock (_lock) return new SortedDictionary<int, int>(_byStatus);
        }
    }

    /// <param name="route">Such as <c>POST /repos/{owner}/{repo}/deployments</c>.</param>
    public IReadOnlyList<JournaledCall> Of(string route) => [.. All.Where(c => c.Route == route)];

    internal void Add(JournaledCall call)
    {
        lock (_lock)
        {
            _calls.Enqueue(call);
            if (_calls.Count > Capacity) _calls.Dequeue();
            _byRoute[call.Route] = _byRoute.GetValueOrDefault(call.Route) + 1;
            _byStatus[call.Status] = _byStatus.GetValueOrDefault(call.Status) + 1;
            _total++;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _calls.Clear();
            _byRoute.Clear();
            _byStatus.Clear();
            _total = 0;
        }
    }
}
