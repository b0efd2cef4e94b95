namespace Towpath.Core.Calling;

/// <summary>One value that ends and is had again, by one caller at a time: a session, a token.</summary>
public sealed class Kept<T> : IDisposable
    where T : class
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile T? _value;

    /// <summary>What was had last, fresh or not; null before the first.</summary>
    public T? Last => _value;

    /// <param name="have">Has a new one. A caller that gives up takes it from nobody else: the next in line asks again.</param>
    /// <param name="isFresh">Whether what was had before still counts.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<T> GetAsync(Func<Task<T>> have, Func<T, bool> isFresh, CancellationToken cancellationToken)
    {
        if (_value is { } known && isFresh(known)) return known;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_value is { } other && isFresh(other)) return other;
            return _value = await have();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets exactly this value; one that was had since stays.</summary>
    public void Forget(T value) => Interlocked.CompareExchange(ref _value, null, value);

    public void Dispose() => _gate.Dispose();
}
