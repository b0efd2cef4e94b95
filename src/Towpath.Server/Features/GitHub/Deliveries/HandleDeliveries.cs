using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>
/// Handles what is pending in one lane, many in a commit: facts, what follows from them, and that it was handled are saved together. So each delivery is
/// handled at least once, and handling it again changes nothing.
/// </summary>
public sealed class HandleDeliveries(IStore store, EngineServices services, HandlingTurns turns, DeliveryReading reading) : IWorkHandler
{
    private const int MostInGroup = 64;

    /// <summary>How often handling a lane may fail before the delivery that it failed at is given up.</summary>
    private const int Patience = 3;

    public string Kind => Queues.Deliveries;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        while (!signals.Drain.IsCancellationRequested)
            if (!await turns.TakeAsync(() => HandleGroupAsync(work, signals.Stop), signals.Stop)) return;
        await services.FinishAsync(work, [], signals.Stop, Lanes.Wake(Lanes.Of(work)));
    }

    /// <returns>False when that was all, and the row is out of the table.</returns>
    private async Task<bool> HandleGroupAsync(ClaimedWork work, CancellationToken stop)
    {
        var pending = await store.Deliveries.PendingAsync(Lanes.Of(work), MostInGroup, stop);
        var (read, failure) = await ReadAsync(pending, GivesUp(work), stop);
        // What came in since this was read has put another row behind this one.
        var isAll = pending.Count < MostInGroup && failure is null;
        Change[] end = isAll ? [new Change.FinishWork(work.Queue, work.Subject)] : [];
        var isSaved = await TrySaveAsync(work, [.. read.SelectMany(r => r.Changes)], end, stop) is null;
        if (!isSaved) failure ??= await OneByOneAsync(work, read, stop);
        return failure is null ? !(isSaved && isAll) : throw failure;
    }

    private static bool GivesUp(ClaimedWork work) => work.Failures + 1 >= Patience;

    /// <summary>The changes of each; and the first failure, unless it is to be given up now. All are read at once, so that what they ask of the database shares its way.</summary>
    private async Task<(List<Handled> Read, Exception? Failure)> ReadAsync(IReadOnlyList<DeliveryContent> pending, bool givesUp, CancellationToken stop)
    {
        var all = await Task.WhenAll(pending.Select(content => ReadAsync(content, givesUp, stop)));
        return ([.. all.Select(one => one.Read).OfType<Handled>()], all.Select(one => one.Failure).FirstOrDefault(failure => failure is not null));
    }

    private async Task<(Handled? Read, Exception? Failure)> ReadAsync(DeliveryContent content, bool givesUp, CancellationToken stop)
    {
        try
        {
            return (new Handled(content.Delivery, await reading.ChangesAsync(content, stop)), null);
        }
        catch (Exception exception) when (IsAboutOne(exception))
        {
            return givesUp ? (new Handled(content.Delivery, [reading.GivenUp(content.Delivery, exception)]), null) : (null, Failed(content.Delivery, exception));
        }
    }

    /// <summary>Something that one of them expects is no longer so, or the database refuses what it tells: the others need not wait for it.</summary>
    /// <returns>The first failure.</returns>
    private async Task<Exception?> OneByOneAsync(ClaimedWork work, List<Handled> read, CancellationToken stop)
    {
        Exception? failure = null;
        foreach (var one in read)
        {
            if (await TrySaveAsync(work, one.Changes, [], stop) is not { } exception) continue;
            if (GivesUp(work) && exception is not ChangedException) exception = await TrySaveAsync(work, [reading.GivenUp(one.Delivery, exception)], [], stop);
            if (exception is not null) failure ??= Failed(one.Delivery, exception);
        }

        return failure;
    }

    /// <returns>Null when it is saved; else why it is not.</returns>
    private async Task<Exception?> TrySaveAsync(ClaimedWork work, IReadOnlyList<Change> changes, Change[] end, CancellationToken stop)
    {
        try
        {
            return await TryCommitAsync(work, changes, end, stop) ? null : new ChangedException();
        }
        catch (Exception exception) when (IsAboutOne(exception))
        {
            return exception;
        }
    }

    /// <summary>One delivery must not hold up the others of its lane.</summary>
    private static bool IsAboutOne(Exception exception) => exception is not (OperationCanceledException or StoreUnavailableException or OwnershipLostException);

    private static InvalidOperationException Failed(Delivery delivery, Exception exception) => new($"delivery {delivery.Guid} ({delivery.Event}): {exception.Message}", exception);

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

    private sealed record Handled(Delivery Delivery, IReadOnlyList<Change> Changes);

    private sealed class ChangedException() : Exception("what it expects changed while it was handled");
}
