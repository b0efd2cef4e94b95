namespace Towpath.Aws.StaticSite.Uploads;

/// <summary>
/// How many uploads may be under way: fewer at once when S3 asks to slow down, then one more with each round that goes well. One caller enters;
/// any may leave.
/// </summary>
internal sealed class UploadGate
{
    private readonly int _most;
    private readonly Lock _lock = new();
    private TaskCompletionSource? _changed;
    private int _limit;
    private int _under;
    private int _well;

    public UploadGate(int most) => _most = _limit = most;

    public int Limit
    {
        get
        {
            lock (_lock) return _limit;
        }
    }

    public Task EnterAsync(CancellationToken cancellationToken) => WaitAsync(() => _under < _limit && ++_under > 0, cancellationToken);

    /// <summary>Waits until nothing is under way.</summary>
    public Task IdleAsync() => WaitAsync(() => _under == 0, CancellationToken.None);

    public void Leave()
    {
        lock (_lock)
        {
            _under--;
            if (_limit < _most && ++_well >= _limit) (_limit, _well) = (_limit + 1, 0);
            _changed?.TrySetResult();
        }
    }

    public void SlowDown()
    {
        lock (_lock)
        {
            // Those that were sent together are refused together: that is one answer, not many.
            if (_well == 0 && _limit < _most && _under > _limit) return;
            (_limit, _well) = (Math.Max(1, _limit / 2), 0);
        }
    }

    private async Task WaitAsync(Func<bool> isFree, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (isFree()) return;
                changed = (_changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }
}
