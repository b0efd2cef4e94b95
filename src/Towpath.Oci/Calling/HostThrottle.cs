using System.Collections.Concurrent;

namespace Towpath.Oci.Calling;

/// <summary>
/// Bounds the requests that run at once against one host. Reading and writing have slots of their own: a copy that writes waits for a slot
/// to read while it holds one to write, never the other way round, so that two copies in opposite directions cannot wait for each other.
/// </summary>
internal sealed class HostThrottle(OciOptions options)
{
    private readonly ConcurrentDictionary<(string Host, bool Writes), SemaphoreSlim> _slots = new();

    public async Task<IDisposable> EnterAsync(string host, bool writes, CancellationToken cancellationToken)
    {
        var slots = _slots.GetOrAdd((host, writes), _ => new SemaphoreSlim(options.RequestsPerHost));
        await slots.WaitAsync(cancellationToken);
        return new Slot(slots);
    }

    private sealed class Slot(SemaphoreSlim slots) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) slots.Release();
        }
    }
}
