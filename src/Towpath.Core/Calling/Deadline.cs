namespace Towpath.Core.Calling;

/// <summary>How long something may take.</summary>
public sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _both;

    public Deadline(TimeSpan after, TimeProvider time, CancellationToken cancellationToken)
    {
        _limit = new CancellationTokenSource(after, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancellationToken);
    }

    public CancellationToken Token => _both.Token;

    public bool IsOver(Exception exception) => exception is OperationCanceledException && _limit.IsCancellationRequested;

    public void Dispose()
    {
        _both.Dispose();
        _limit.Dispose();
    }
}
