using System.Collections.Concurrent;

namespace Towpath.Oci.Calling;

/// <summary>Bounds the requests that run at once against one host.</summary>
internal sealed class HostThrottle(OciOptions options)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _slots = new(StringComparer.Ordinal);

    public async Task<IDisposable> EnterAsync(string host, CancellationToken cancellationToken)
    {
        var slots = _slots.GetOrAdd(host, _ => new SemaphoreSlim(options.RequestsPerHost));
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
