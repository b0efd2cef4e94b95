using System.Threading.Channels;
using Npgsql;
using Towpath.Engine.Storage.Changes;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>
/// Sends commits that wait at the same time as one transaction, in the hope that all succeed: they share a round trip, a snapshot and a
/// flush. Where one is refused, or has to wait long, nothing of the group is saved, and each is carried out alone, so that none sees
/// another's failure and none waits for what only another waits for.
/// </summary>
internal sealed class PostgresGroups : IAsyncDisposable
{
    /// <summary>Two groups that lock would only wait for each other's lines, so these go one after another; others do not wait behind them.</summary>
    private const int LockingLanes = 1;
    private const int OtherLanes = 4;
    private const int MostInGroup = 16;

    /// <summary>As long as a group waits for a lock, see <see cref="CommitWriter"/>.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Channel<Waiting> _locking = Channel.CreateUnbounded<Waiting>();
    private readonly Channel<Waiting> _others = Channel.CreateUnbounded<Waiting>();
    private readonly PostgresConnections _connections;
    private readonly PostgresCommitter _alone;
    private readonly TimeProvider _time;
    private readonly Task _lanes;

    public PostgresGroups(PostgresConnections connections, PostgresCommitter alone, TimeProvider time)
    {
        (_connections, _alone, _time) = (connections, alone, time);
        _lanes = Task.WhenAll([
            .. Enumerable.Range(0, LockingLanes).Select(_ => Task.Run(() => RunAsync(_locking.Reader))),
            .. Enumerable.Range(0, OtherLanes).Select(_ => Task.Run(() => RunAsync(_others.Reader)))]);
    }

    public Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var locks = CommitWriter.LocksOf(commit);
        // What locks by a work row has to read that row first.
        if (locks.Exists(l => l.OfWork)) return _alone.CommitAsync(commit, isUnknown: false, cancellationToken);
        var waiting = new Waiting(commit, cancellationToken);
        var lane = locks.Exists(l => !l.Shared) ? _locking : _others;
        ObjectDisposedException.ThrowIf(!lane.Writer.TryWrite(waiting), this);
        return waiting.Answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _locking.Writer.TryComplete();
        _others.Writer.TryComplete();
        await _lanes;
    }

    private async Task RunAsync(ChannelReader<Waiting> lane)
    {
        List<Waiting> group = [];
        while (await lane.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < MostInGroup && lane.TryRead(out var next)) group.Add(next);
            group.RemoveAll(waiting => waiting.IsGivenUp);
            if (group.Count == 1) await Task.WhenAny(AloneAsync(group[0], isUnknown: false), Task.Delay(Patience, _time));
            else if (group.Count > 1) await TogetherAsync(group);
        }
    }

    private async Task TogetherAsync(List<Waiting> group)
    {
        var isUnknown = false;
        try
        {
            await using var connection = await _connections.OpenAsync(CancellationToken.None);
            using var batch = new PostgresBatch(connection);
            CommitWriter.Write([.. group.Select(waiting => waiting.Commit)], batch);
            await batch.RunAsync();
            foreach (var waiting in group) waiting.Answer.TrySetResult(PostgresCommitter.Committed);
            return;
        }
        catch (NpgsqlException exception)
        {
            isUnknown = PostgresStates.IsConnectionLoss(exception);
        }
        catch (StoreUnavailableException)
        {
            // Each finds that out for itself.
        }
#pragma warning disable CA1031 // It is handed to whoever waits; the lane goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            foreach (var waiting in group) waiting.Answer.TrySetException(exception);
            return;
        }

        // Not waited for: one of them may have to wait long for another node.
        foreach (var waiting in group) _ = AloneAsync(waiting, isUnknown);
    }

    private async Task AloneAsync(Waiting waiting, bool isUnknown)
    {
        try
        {
            waiting.Answer.TrySetResult(await _alone.CommitAsync(waiting.Commit, isUnknown, waiting.CancellationToken));
        }
        catch (OperationCanceledException)
        {
            waiting.Answer.TrySetCanceled(waiting.CancellationToken);
        }
#pragma warning disable CA1031 // It is handed to whoever waits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            waiting.Answer.TrySetException(exception);
        }
    }

    private sealed record Waiting(Commit Commit, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<CommitOutcome> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Its caller went away before it was sent.</summary>
        public bool IsGivenUp => CancellationToken.IsCancellationRequested && Answer.TrySetCanceled(CancellationToken);
    }
}
