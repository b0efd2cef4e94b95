using System.Collections.Immutable;
using System.Diagnostics;

namespace Towpath.Engine.Storage.Feed;

/// <summary>Tells this process's subscribers, at once, on the thread of whoever committed: they only take note.</summary>
internal sealed class LocalFeed
{
    private ImmutableArray<Action<ChangeNotice>> _subscribers = [];

    public IDisposable Subscribe(Action<ChangeNotice> onNotice)
    {
        ImmutableInterlocked.Update(ref _subscribers, subscribers => subscribers.Add(onNotice));
        return new Subscription(this, onNotice);
    }

    public void Tell(ChangeNotice notice)
    {
        foreach (var subscriber in _subscribers) TryTell(subscriber, notice);
    }

    /// <summary>What is committed stays committed: a subscriber that fails is no failure of whoever committed, nor of the other subscribers.</summary>
    private static void TryTell(Action<ChangeNotice> subscriber, ChangeNotice notice)
    {
        try
        {
            subscriber(notice);
        }
        catch (Exception e)
        {
            Trace.TraceError("a subscriber to changes failed: {0}", e);
        }
    }

    private sealed class Subscription(LocalFeed feed, Action<ChangeNotice> onNotice) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref feed._subscribers, subscribers => subscribers.Remove(onNotice));
    }
}
