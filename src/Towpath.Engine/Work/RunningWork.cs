using System.Collections.Concurrent;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>What this node works on now, and how to reach it.</summary>
public sealed class RunningWork
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public int Count => _entries.Count;

    public IReadOnlyList<Task> Tasks => [.. _entries.Values.Select(entry => entry.Ended.Task)];

    public IReadOnlyList<Fence> Fences => [.. _entries.Values.Select(entry => entry.Work.Fence)];

    public Entry Add(ClaimedWork work, CancellationToken stop)
    {
        var entry = new Entry(work, stop);
        _entries[work.Id] = entry;
        return entry;
    }

    public void Remove(Entry entry)
    {
        _entries.TryRemove(new KeyValuePair<string, Entry>(entry.Work.Id, entry));
        entry.Dispose();
        // Last: whoever waits for the end may go on right here.
        entry.Ended.TrySetResult();
    }

    /// <summary>Stops work whose fence is not among those that this node still holds.</summary>
    public void StopLost(IReadOnlyList<Fence> before, IReadOnlyList<Fence> held)
    {
        var stillHeld = held.ToHashSet();
        foreach (var lost in before.Where(fence => !stillHeld.Contains(fence)))
            if (_entries.TryGetValue(lost.WorkId, out var entry) && entry.Work.Fence == lost) entry.Stop();
    }

    public void StopAll()
    {
        foreach (var entry in _entries.Values) entry.Stop();
    }

    public void Wake(string subject)
    {
        foreach (var entry in _entries.Values)
            if (string.Equals(entry.Work.Subject, subject, StringComparison.Ordinal)) entry.Wake();
    }

    public sealed class Entry(ClaimedWork work, CancellationToken stop) : IDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        private readonly CancellationTokenSource _wake = new();

        public ClaimedWork Work => work;

        public TaskCompletionSource Ended { get; } = new();

        public CancellationToken StopToken => _stop.Token;

        public CancellationToken WakeToken => _wake.Token;

        public void Stop() => Cancel(_stop);

        public void Wake() => Cancel(_wake);

        public void Dispose()
        {
            _stop.Dispose();
            _wake.Dispose();
        }

        private static void Cancel(CancellationTokenSource source)
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended in this moment.
            }
        }
    }
}
