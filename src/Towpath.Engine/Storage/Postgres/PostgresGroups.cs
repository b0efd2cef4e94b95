using System.Collections.Concurrent;
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
    private const int MostInGroup = 32;

    private readonly Channel<WaitingCommit> _locking = Channel.CreateUnbounded<WaitingCommit>();
    private readonly Channel<WaitingCommit> _others = Channel.CreateUnbounded<WaitingCommit>();
    private readonly ConcurrentDictionary<Task, bool> _detached = new();
    private readonly PostgresConnections _connections;
    private readonly PostgresCommitter _alone;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly Task _lanes;

    /// <param name="connections">Where groups go.</param>
    /// <param name="alone">Carries out what cannot go with others.</param>
    /// <param name="time">For the patience.</param>
    /// <param name="patience">How long a lane waits for a lock that somebody else holds.</param>
    public PostgresGroups(PostgresConnections connections, PostgresCommitter alone, TimeProvider time, TimeSpan patience)
    {
        (_connections, _alone, _time, _patience) = (connections, alone, time, patience);
        _lanes = Task.WhenAll([
            .. Enumerable.Range(0, LockingLanes).Select(_ => Task.Run(() => RunAsync(_locking.Reader))),
            .. Enumerable.Range(0, OtherLanes).Select(_ => Task.Run(() => RunAsync(_others.Reader)))]);
    }

    public Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        if (!CommitWriter.CanShare(commit)) return _alone.CommitAsync(commit, isUnknown: false, cancellationToken);
        var waiting = new WaitingCommit(commit, cancellationToken);
        var lane = CommitWriter.LocksOf(commit).Exists(l => !l.Shared) ? _locking : _others;
        ObjectDisposedException.ThrowIf(!lane.Writer.TryWrite(waiting), this);
        return waiting.Answer;
    }

    /// <summary>What was handed in is carried out before.</summary>
    public async ValueTask DisposeAsync()
    {
        _locking.Writer.TryComplete();
        _others.Writer.TryComplete();
        await _lanes;
        await Task.WhenAll(_detached.Keys);
    }

    private async Task RunAsync(ChannelReader<WaitingCommit> lane)
    {
        List<WaitingCommit> group = [];
        while (await lane.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < MostInGroup && lane.TryRead(out var next))
                if (next.TrySend())
                    group.Add(next);
            if (group.Count == 1) await Task.WhenAny(AloneAsync(group[0], isUnknown: false), Task.Delay(_patience, _time));
            else if (group.Count > 1) await TogetherAsync(group);
        }
    }

    private async Task TogetherAsync(List<WaitingCommit> group)
    {
        var isSent = false;
        try
        {
            await using var connection = await _connections.OpenAsync(CancellationToken.None);
            using var batch = new PostgresBatch(connection);
            CommitWriter.Write([.. group.Select(waiting => waiting.Commit)], _patience, batch);
            isSent = true;
            await batch.RunAsync();
            foreach (var waiting in group) waiting.Succeed(PostgresCommitter.Committed);
            return;
        }
        catch (StoreUnavailableException exception)
        {
            // Nothing was sent, and asking again for each would only take as long again.
            foreach (var waiting in group) waiting.Fail(exception);
            return;
        }
        catch (PostgresException exception) when (!PostgresStates.IsConnectionLoss(exception))
        {
            // Refused as a whole: certainly nothing was saved.
            isSent = false;
        }
#pragma warning disable CA1031 // Whatever it is, it is one commit's, and each finds out alone whether it is its own.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The outcome of what was sent is asked for first.
        }

        // Not waited for: one of them may have to wait long for another node.
        foreach (var waiting in group) _ = AloneAsync(waiting, isUnknown: isSent);
    }

    private async Task AloneAsync(WaitingCommit waiting, bool isUnknown)
    {
        var task = waiting.CarryOutAsync(() => _alone.CommitAsync(waiting.Commit, isUnknown, waiting.CancellationToken));
        _detached[task] = true;
        await task;
        _detached.TryRemove(task, out _);
    }
}

/// <summary>A commit in a lane. Until it is sent, its caller may give it up.</summary>
internal sealed class WaitingCommit
{
    private const int Queued = 0, Sent = 1, GivenUp = 2;
    private readonly TaskCompletionSource<CommitOutcome> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;
    private int _state;

    public WaitingCommit(Commit commit, CancellationToken cancellationToken)
    {
        (Commit, CancellationToken) = (commit, cancellationToken);
        _registration = cancellationToken.Register(() =>
        {
            if (Interlocked.CompareExchange(ref _state, GivenUp, Queued) == Queued) _answer.TrySetCanceled(cancellationToken);
        });
    }

    public Commit Commit { get; }

    public CancellationToken CancellationToken { get; }

    public Task<CommitOutcome> Answer => _answer.Task;

    /// <summary>False when its caller has given it up.</summary>
    public bool TrySend()
    {
        _registration.Unregister();
        return Interlocked.CompareExchange(ref _state, Sent, Queued) == Queued;
    }

    public void Succeed(CommitOutcome outcome) => _answer.TrySetResult(outcome);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    public async Task CarryOutAsync(Func<Task<CommitOutcome>> commit)
    {
        try
        {
            Succeed(await commit());
        }
        catch (OperationCanceledException)
        {
            _answer.TrySetCanceled(CancellationToken);
        }
#pragma warning disable CA1031 // It is handed to whoever waits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
        }
    }
}
