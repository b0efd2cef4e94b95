using Towpath.Engine.Storage;

namespace Towpath.Server.Features.Events;

/// <summary>
/// One reader's share of the change feed. What waits for the reader already is not put there twice. A reader that does not keep up is cut off: it connects
/// again and asks for everything once.
/// </summary>
internal sealed class Subscription : IDisposable
{
    private const int Behind = 256;

    private readonly Lock _lock = new();
    private readonly Queue<ChangeNotice> _notices = [];
    private readonly HashSet<ChangeNotice> _waiting = [];
    private readonly IDisposable _feed;
    private readonly Action<ChangeNotice> _onNotice;
    private bool _isTooSlow;

    public Subscription(IChangeFeed feed, Action<ChangeNotice> onNotice)
    {
        _onNotice = onNotice;
        _feed = feed.Subscribe(Add);
    }

    public bool IsTooSlow
    {
        get
        {
            lock (_lock) return _isTooSlow;
        }
    }

    public bool TryRead(out ChangeNotice notice)
    {
        lock (_lock)
        {
            if (!_notices.TryDequeue(out notice)) return false;
            _waiting.Remove(notice);
            return true;
        }
    }

    public void Dispose() => _feed.Dispose();

    private void Add(ChangeNotice notice)
    {
        if (notice.Topic is "deployment" or "environment" or "configuration" or "build" or "delivery") Keep(notice);
        _onNotice(notice);
    }

    private void Keep(ChangeNotice notice)
    {
        lock (_lock)
        {
            if (_waiting.Contains(notice)) return;
            if (_notices.Count == Behind) _isTooSlow = true;
            else if (_waiting.Add(notice)) _notices.Enqueue(notice);
        }
    }
}
