using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>
/// Handles what is pending in one lane, many in a commit: facts, what follows from them, and that it was handled are saved together. So each delivery is
/// handled at least once, and handling it again changes nothing.
/// </summary>
public sealed class HandleDeliveries(IStore store, EngineServices services, DeliveryInbox inbox, DeliveryReading reading) : IWorkHandler, IDisposable
{
    private const int MostInGroup = 32;

    /// <summary>How often handling a lane may fail before the delivery that it failed at is given up.</summary>
    private const int Patience = 3;

    /// <summary>While deliveries come in large groups, one lane at a time handles a group and then stands back for so long.</summary>
    private static readonly TimeSpan StandBack = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _inRush = new(1, 1);

    public string Kind => Queues.Deliveries;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        while (!signals.Drain.IsCancellationRequested)
            if (!await HandleGroupAsync(work, signals.Stop)) return;
        await services.FinishAsync(work, [], signals.Stop, Lanes.Wake(Lanes.Of(work)));
    }

    public void Dispose() => _inRush.Dispose();

    /// <returns>False when that was all, and the row is out of the table.</returns>
    private async Task<bool> HandleGroupAsync(ClaimedWork work, CancellationToken stop)
    {
        if (!inbox.IsRushed) return await HandleNextAsync(work, stop);
        await _inRush.WaitAsync(stop);
        try
        {
            var isMore = await HandleNextAsync(work, stop);
            if (inbox.IsRushed) await Task.Delay(StandBack, services.Time, stop);
            return isMore;
        }
        finally
        {
            _inRush.Release();
        }
    }

    private async Task<bool> HandleNextAsync(ClaimedWork work, CancellationToken stop)
    {
        var pending = await store.Deliveries.PendingAsync(Lanes.Of(work), MostInGroup, stop);
        var (changes, failure) = await ReadAsync(pending, work.Failures + 1 >= Patience, stop);
        // What came in since this was read has put another row behind this one.
        var isAll = pending.Count < MostInGroup && failure is null;
        Change[] end = isAll ? [new Change.FinishWork(work.Queue, work.Subject)] : [];
        var isSaved = await TryCommitAsync(work, [.. changes.SelectMany(c => c)], end, stop);
        if (!isSaved) await OneByOneAsync(work, changes, stop);
        return failure is null ? !(isSaved && isAll) : throw failure;
    }

    /// <summary>The changes of each; and the first failure, unless it is to be given up now.</summary>
    private async Task<(List<IReadOnlyList<Change>> Changes, Exception? Failure)> ReadAsync(IReadOnlyList<DeliveryContent> pending, bool givesUp, CancellationToken stop)
    {
        List<IReadOnlyList<Change>> changes = [];
        Exception? failure = null;
        foreach (var content in pending)
        {
            try
            {
                changes.Add(await reading.ChangesAsync(content, stop));
            }
#pragma warning disable CA1031 // One delivery must not hold up the others of its lane.
            catch (Exception exception) when (exception is not (OperationCanceledException or StoreUnavailableException))
#pragma warning restore CA1031
            {
                if (givesUp) changes.Add([reading.GivenUp(content.Delivery, exception)]);
                else failure ??= new InvalidOperationException($"delivery {content.Delivery.Guid} ({content.Delivery.Event}): {exception.Message}", exception);
            }
        }

        return (changes, failure);
    }

    /// <summary>Something that one of them expects is no longer so: the others need not wait for it.</summary>
    private async Task OneByOneAsync(ClaimedWork work, List<IReadOnlyList<Change>> changes, CancellationToken stop)
    {
        foreach (var one in changes)
            if (!await TryCommitAsync(work, one, [], stop)) throw new InvalidOperationException("what a delivery expects changed while it was handled");
    }

    private async Task<bool> TryCommitAsync(ClaimedWork work, IReadOnlyList<Change> changes, Change[] end, CancellationToken stop)
    {
        if (changes.Count + end.Length == 0) return true;
        return await store.CommitAsync(new Commit { Fence = work.Fence, Changes = [.. DeliveryFacts.Sorted(changes), .. end] }, stop) switch
        {
            CommitOutcome.Committed => true,
            CommitOutcome.Fenced => throw new OwnershipLostException(),
            _ => false,
        };
    }
}
