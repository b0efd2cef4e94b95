namespace Towpath.Engine.Storage.Work;

/// <summary>
/// The claims of one node that this process knows of. When a connection is cut while a claim's answer is on its way, the row is
/// leased but nobody works on it, and heartbeats would hold it for ever: what a heartbeat extends and no claim ever delivered is
/// given back.
/// </summary>
internal sealed class HandedOut
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Fence, long> _known = [];
    private int _claiming;
    private long _clock;

    public Claim BeginClaim()
    {
        lock (_gate)
        {
            _claiming++;
            return new Claim(this);
        }
    }

    /// <summary>Taken before a heartbeat.</summary>
    public Mark Now()
    {
        lock (_gate) return new Mark(_clock, _claiming == 0);
    }

    /// <summary>Nothing can be said of a heartbeat that ran beside a claim: the next one will tell.</summary>
    public IReadOnlyList<Fence> NeverArrived(Mark before, IReadOnlyCollection<Fence> held)
    {
        lock (_gate)
        {
            IReadOnlyList<Fence> orphans = before.Quiet && before.Clock == _clock && _claiming == 0 ? [.. held.Where(fence => !_known.ContainsKey(fence))] : [];
            Forget(before, [.. held]);
            return orphans;
        }
    }

    private void Forget(Mark before, HashSet<Fence> held)
    {
        foreach (var (fence, since) in _known)
            if (since <= before.Clock && !held.Contains(fence)) _known.Remove(fence);
    }

    internal readonly record struct Mark(long Clock, bool Quiet);

    internal sealed class Claim(HandedOut owner) : IDisposable
    {
        private readonly List<Fence> _fences = [];

        public void Add(Fence fence) => _fences.Add(fence);

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._clock++;
                owner._claiming--;
                foreach (var fence in _fences) owner._known[fence] = owner._clock;
            }
        }
    }
}
