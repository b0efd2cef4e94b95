namespace Towpath.Aws.Calling;

/// <summary>
/// Joins the questions that many deployments ask within a short time into few calls: the first one opens a batch, and it leaves when it is
/// full or its time is over.
/// </summary>
/// <param name="most">How many keys one call may have.</param>
/// <param name="window">How long a batch waits for company.</param>
/// <param name="ask">Makes one call; a key without an answer gets null.</param>
/// <param name="time">For the window.</param>
public sealed class CallBatcher<TGroup, TKey, TValue>(
    int most, TimeSpan window, Func<TGroup, IReadOnlyList<TKey>, CancellationToken, Task<IReadOnlyDictionary<TKey, TValue>>> ask, TimeProvider time)
    where TGroup : notnull where TKey : notnull where TValue : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TGroup, Batch> _open = [];

    /// <summary>The answer for one key; null where AWS knows none.</summary>
    public async Task<TValue?> GetAsync(TGroup group, TKey key, CancellationToken cancellationToken)
    {
        var answers = await Join(group, key).WaitAsync(cancellationToken);
        return answers.GetValueOrDefault(key);
    }

    private Task<IReadOnlyDictionary<TKey, TValue>> Join(TGroup group, TKey key)
    {
        var (batch, begins, isFull) = Enter(group, key);
        // Outside of the lock, with the key in the batch: a window that is over at once must not send an empty one.
        if (isFull) _ = AskAsync(group, batch);
        else if (begins) _ = LeaveLaterAsync(group, batch);
        return batch.Answers.Task;
    }

    private (Batch Batch, bool Begins, bool IsFull) Enter(TGroup group, TKey key)
    {
        lock (_lock)
        {
            var begins = !_open.TryGetValue(group, out var batch);
            if (batch is null) _open[group] = batch = new Batch();
            batch.Keys.Add(key);
            var isFull = batch.Keys.Count >= most;
            if (isFull) _open.Remove(group);
            return (batch, begins, isFull);
        }
    }

    private async Task LeaveLaterAsync(TGroup group, Batch batch)
    {
        await Task.Delay(window, time);
        lock (_lock)
        {
            if (!_open.TryGetValue(group, out var open) || open != batch) return;
            _open.Remove(group);
        }

        await AskAsync(group, batch);
    }

    // Nobody's cancellation may fail the others of the batch, so that the call itself has none.
    private async Task AskAsync(TGroup group, Batch batch)
    {
        try
        {
            batch.Answers.TrySetResult(await ask(group, [.. batch.Keys], CancellationToken.None));
        }
#pragma warning disable CA1031 // Handed on to everybody who waits for the batch.
        catch (Exception e)
#pragma warning restore CA1031
        {
            batch.Answers.TrySetException(e);
        }
    }

    private sealed class Batch
    {
        public HashSet<TKey> Keys { get; } = [];

        public TaskCompletionSource<IReadOnlyDictionary<TKey, TValue>> Answers { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
