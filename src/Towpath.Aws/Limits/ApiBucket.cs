namespace Towpath.Aws.Limits;

/// <summary>
/// A token bucket with a line before it: whoever goes first, such as rollbacks, then whoever came first. Nobody holds a thread or a slot while waiting: a caller asks
/// again with its ticket, and its place is kept. A token that is held is set aside, and counts as used only when its call is made, as AWS counts: held
/// tokens that were replaced meanwhile would all arrive at once.
/// </summary>
internal sealed class ApiBucket(ApiGroup group, TimeProvider time)
{
    /// <summary>How long after its expected turn a caller that does not come back keeps its place.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Lock _lock = new();
    private readonly SortedSet<Waiter> _line = new(Comparer<Waiter>.Create((a, b) => a.Order.CompareTo(b.Order)));
    private readonly Dictionary<string, Waiter> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _granted = new(StringComparer.Ordinal);
    private readonly int _most = group.Burst - group.Spare;
    private double _tokens = group.Burst - group.Spare;
    private long _filledAt = time.GetTimestamp();
    private long _count;

    /// <summary>Takes a token, or keeps a place in the line.</summary>
    /// <param name="ticket">Names the caller, the same each time it asks.</param>
    /// <param name="first">Whether it goes before all that are not.</param>
    /// <param name="hold">Keep the token for this ticket's next call instead of using it now.</param>
    /// <returns>Null when the token is taken; else how long to wait and how many go first.</returns>
    public (TimeSpan Wait, int Ahead)? TryTake(string ticket, bool first, bool hold = false)
    {
        lock (_lock)
        {
            if (_granted.ContainsKey(ticket))
            {
                if (!hold) Use(ticket);
                return null;
            }

            Fill();
            Forget();
            var waiter = Enter(ticket, first);
            var ahead = _line.TakeWhile(w => w != waiter).Count();
            var missing = ahead + 1 + _granted.Count - _tokens;
            if (missing <= 0)
            {
                Leave(waiter);
                if (hold) _granted[ticket] = time.GetTimestamp();
                else _tokens--;
                return null;
            }

            // Up to whole milliseconds: a wait of less than a tick would be none, and its caller ask again at once, for ever.
            var wait = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(missing / group.PerSecond * 1000)));
            waiter.ExpectedAt = time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
            return (wait, ahead);
        }
    }

    /// <summary>The token that this ticket holds goes to the next in line; nothing where it holds none.</summary>
    public void GiveBack(string ticket)
    {
        lock (_lock) _granted.Remove(ticket);
    }

    /// <summary>AWS throttled a call in spite of everything: somebody else uses the account, too.</summary>
    public void Drain()
    {
        lock (_lock)
        {
            Fill();
            _tokens = Math.Min(_tokens, 0);
        }
    }

    private void Use(string ticket)
    {
        Fill();
        _granted.Remove(ticket);
        _tokens--;
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(_most, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * group.PerSecond));
        _filledAt = now;
    }

    private Waiter Enter(string ticket, bool first)
    {
        if (_waiting.TryGetValue(ticket, out var known)) return known;
        var waiter = new Waiter(ticket, (first ? 0 : 1, _count++)) { ExpectedAt = time.GetTimestamp() };
        _line.Add(waiter);
        return _waiting[ticket] = waiter;
    }

    private void Leave(Waiter waiter)
    {
        _line.Remove(waiter);
        _waiting.Remove(waiter.Ticket);
    }

    private void Forget()
    {
        foreach (var gone in _line.Where(w => time.GetElapsedTime(w.ExpectedAt) > Patience).ToList()) Leave(gone);
        foreach (var unused in _granted.Where(g => time.GetElapsedTime(g.Value) > Patience).Select(g => g.Key).ToList()) _granted.Remove(unused);
    }

    private sealed class Waiter(string ticket, (int Class, long Number) order)
    {
        public string Ticket => ticket;

        public (int Class, long Number) Order => order;

        public long ExpectedAt { get; set; }
    }
}
