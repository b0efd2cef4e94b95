using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>One node of the engine: claims due heads of lines, works on them under leases, and gives them back when it stops.</summary>
public sealed partial class WorkNode
{
    /// <summary>With so many on their way something ends all the time, here or on other nodes, and each end asks for a look at the table.</summary>
    private const int Busy = 8;

    /// <summary>How often a busy node looks at most: each look that finds nothing doubles the pause before the next.</summary>
    private static readonly TimeSpan ShortestPace = TimeSpan.FromMilliseconds(4), LongestPace = TimeSpan.FromMilliseconds(16);

    private readonly IStore _store;
    private readonly WorkDispatch _dispatch;
    private readonly EngineOptions _options;
    private readonly EngineServices _services;
    private readonly NodeIdentity _identity;
    private readonly Signal _signal = new();
    private readonly RunningWork _running = new();
    private TimeSpan _pace = ShortestPace;
    private long _lastLoop;

    public WorkNode(IStore store, WorkDispatch dispatch, EngineOptions options, EngineServices services)
    {
        (_store, _dispatch, _options, _services) = (store, dispatch, options, services);
        var id = Guid.CreateVersion7(services.Time.GetUtcNow()).ToString("N");
        _identity = new NodeIdentity(id, options.NodeName, options.Capabilities, options.Lease);
        _lastLoop = services.Time.GetTimestamp();
    }

    public NodeIdentity Identity => _identity;

    public int Working => _running.Count;

    /// <summary>How long ago the loop last came round; it comes round at least once per poll while the store answers.</summary>
    public TimeSpan SinceLastLoop => _services.Time.GetElapsedTime(Interlocked.Read(ref _lastLoop));

    /// <summary>Works until <paramref name="drain"/> is cancelled, then lets what is on its way end, hands over what does not end in time, and returns.</summary>
    public async Task RunAsync(CancellationToken drain)
    {
        using var stop = new CancellationTokenSource();
        using var subscription = _store.Changes.Subscribe(OnNotice);
        using var wakeOnDrain = drain.Register(_signal.Set);
        var failures = 0;
        while (!drain.IsCancellationRequested)
        {
            try
            {
                await using var session = await _store.Work.JoinAsync(_identity, drain);
                failures = 0;
                await WorkAsync(session, stop, drain);
            }
            catch (OperationCanceledException) when (drain.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // The worker loop is one of the two places that catch everything: it must outlive whatever the store does.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.StoreFailed(_services.Logger, exception, _options.NodeName);
                _running.StopAll();
                await _signal.WaitAsync(StepPolicy.BackOff(++failures), _services.Time, drain);
            }
        }

        if (_running.Count > 0) await EndAsync(stop);
    }

    private async Task WorkAsync(INodeSession session, CancellationTokenSource stop, CancellationToken drain)
    {
        using var member = CancellationTokenSource.CreateLinkedTokenSource(session.Lost);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(session.Lost, drain);
        using var lost = session.Lost.Register(_running.StopAll);
        if (_options.Recurring) await _store.CommitAsync(new Commit { Changes = _dispatch.FirstRows() }, drain);
        var heartbeats = new Heartbeat(_store.Work, _identity, _running, _services.Time).RunAsync(member.Token);
        var reaping = ReapAsync(member.Token);
        try
        {
            while (!over.IsCancellationRequested) await RoundAsync(stop.Token, drain, over.Token);
            // Leases are still extended while the last steps end.
            if (drain.IsCancellationRequested) await EndAsync(stop);
        }
        finally
        {
            member.Cancel();
            await Task.WhenAll(heartbeats, reaping);
        }
    }

    private async Task RoundAsync(CancellationToken stop, CancellationToken drain, CancellationToken over)
    {
        Interlocked.Exchange(ref _lastLoop, _services.Time.GetTimestamp());
        var free = _options.Slots - _running.Count;
        var claimed = free > 0 ? await _store.Work.ClaimAsync(_identity, free, CancellationToken.None) : [];
        foreach (var work in claimed) _ = WorkOnAsync(_running.Add(work, stop), drain);
        if (free > 0 && claimed.Count == free) return;
        var wait = _options.Poll;
        if (claimed.Count > 0) _pace = ShortestPace;
        else if (_pace < LongestPace) _pace *= 2;
        if (_running.Count >= Busy) await Task.Delay(_pace, _services.Time, CancellationToken.None);
        if (free > 0 && !_signal.IsSet && await _store.Work.NextDueAsync(_identity, over) is { } due && due < wait) wait = due > TimeSpan.Zero ? due : TimeSpan.FromMilliseconds(1);
        await _signal.WaitAsync(wait, _services.Time, over);
    }

    private async Task WorkOnAsync(RunningWork.Entry entry, CancellationToken drain)
    {
        try
        {
            await _dispatch.HandleAsync(entry.Work, new WorkSignals(entry.StopToken, drain, entry.WakeToken));
        }
        finally
        {
            _running.Remove(entry);
            _signal.Set();
        }
    }

    /// <summary>A dead node's rows are free as soon as somebody notices that its session is gone.</summary>
    private async Task ReapAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.Reap, _services.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    if (await _store.Work.ReapAsync(cancellationToken) > 0) _signal.Set();
                }
                catch (StoreUnavailableException exception)
                {
                    Log.StoreFailed(_services.Logger, exception, _options.NodeName);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops or joins anew.
        }
    }

    private async Task EndAsync(CancellationTokenSource stop)
    {
        Log.Draining(_services.Logger, _options.NodeName, _running.Count);
        try
        {
            await Task.WhenAll(_running.Tasks).WaitAsync(_options.DrainGrace, _services.Time);
        }
        catch (TimeoutException)
        {
            stop.Cancel();
            await Task.WhenAll(_running.Tasks);
        }
    }

    private void OnNotice(ChangeNotice notice)
    {
        if (notice.Topic == "wake") _running.Wake(notice.Subject);
        if (notice.Topic is "work" or "wake") _signal.Set();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node}: the database failed; work stops here until it answers again")]
        public static partial void StoreFailed(ILogger logger, Exception exception, string node);

        [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node}: draining, {Count} on their way")]
        public static partial void Draining(ILogger logger, string node, int count);
    }
}
