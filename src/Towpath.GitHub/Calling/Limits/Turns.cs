namespace Towpath.GitHub.Calling.Limits;

/// <summary>
/// Lines of waiting calls that take turns: of each line the first, then the next line's. A repository with a thousand calls does not keep another one
/// waiting for them.
/// </summary>
internal sealed class Turns
{
    private readonly LinkedList<Line> _ring = new();
    private readonly Dictionary<(string Repository, bool IsContent), LinkedListNode<Line>> _lines = new();

    public bool IsEmpty => _ring.Count == 0;

    /// <summary>The first of each line, the one whose turn it is in front.</summary>
    public IEnumerable<Waiter> Heads => _ring.Select(line => line.Waiters.First!.Value);

    public void Enter(Waiter waiter)
    {
        if (!_lines.TryGetValue(waiter.Key, out var line)) _lines[waiter.Key] = line = _ring.AddLast(new Line());
        waiter.Place = line.Value.Waiters.AddLast(waiter);
    }

    /// <summary>It goes: the others of its line wait until all other lines had their turn.</summary>
    public void Serve(Waiter waiter)
    {
        if (!Leave(waiter) || !_lines.TryGetValue(waiter.Key, out var line)) return;
        _ring.Remove(line);
        _ring.AddLast(line);
    }

    /// <summary>False where it was not waiting any longer.</summary>
    public bool Leave(Waiter waiter)
    {
        if (waiter.Place is not { } place) return false;
        waiter.Place = null;
        var line = _lines[waiter.Key];
        line.Value.Waiters.Remove(place);
        if (line.Value.Waiters.Count == 0 && _lines.Remove(waiter.Key)) _ring.Remove(line);
        return true;
    }

    private sealed class Line
    {
        public LinkedList<Waiter> Waiters { get; } = new();
    }
}

/// <summary>A call before the limit.</summary>
internal sealed class Waiter(string repository, int points, bool isContent)
{
    public (string Repository, bool IsContent) Key { get; } = (repository, isContent);

    public int Points => points;

    public bool IsContent => isContent;

    public TaskCompletionSource<long> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LinkedListNode<Waiter>? Place { get; set; }
}
