namespace Towpath.Oci.Calling;

/// <summary>How long something may take, or stand still.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _both;
    private readonly TimeSpan _after;

    public Deadline(TimeSpan after, TimeProvider time, CancellationToken cancellationToken)
    {
        _after = after;
        _limit = new CancellationTokenSource(after, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancellationToken);
    }

    public CancellationToken Token => _both.Token;

    /// <summary>Something moved: counts from now on again.</summary>
    public void Renew() => _limit.CancelAfter(_after);

    public bool IsOver(Exception exception) => exception is OperationCanceledException && _limit.IsCancellationRequested;

    public void Dispose()
    {
        _both.Dispose();
        _limit.Dispose();
    }
}
