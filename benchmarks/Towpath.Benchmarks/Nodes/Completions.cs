using System.Collections.Concurrent;

namespace Towpath.Benchmarks.Nodes;

/// <summary>What ended on this node and when, and instants of single deployments by name.</summary>
internal sealed class Completions
{
    private long _last;
    private int _count;

    /// <summary>Requests' commits and starts, for the latency of a start.</summary>
    public ConcurrentDictionary<string, long> Instants { get; } = new(StringComparer.Ordinal);

    public (int Count, long Last) Now => (Volatile.Read(ref _count), Volatile.Read(ref _last));

    public void Add()
    {
        Volatile.Write(ref _last, Clock.Now);
        Interlocked.Increment(ref _count);
    }
}
