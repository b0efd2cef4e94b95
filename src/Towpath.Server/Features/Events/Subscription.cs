using System.Threading.Channels;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.Events;

/// <summary>One reader's share of the change feed. A reader that does not keep up is cut off: it connects again and asks for everything once.</summary>
internal sealed class Subscription : IDisposable
{
    private const int Behind = 256;

    private readonly Channel<ChangeNotice> _notices = Channel.CreateBounded<ChangeNotice>(Behind);
    private readonly IDisposable _feed;
    private readonly Action<ChangeNotice> _onNotice;
    private int _slow;

    public Subscription(IChangeFeed feed, Action<ChangeNotice> onNotice)
    {
        _onNotice = onNotice;
        _feed = feed.Subscribe(Add);
    }

    public bool IsTooSlow => Volatile.Read(ref _slow) == 1;

    public bool TryRead(out ChangeNotice notice) => _notices.Reader.TryRead(out notice);

    public void Dispose() => _feed.Dispose();

    private void Add(ChangeNotice notice)
    {
        if (notice.Topic is "deployment" or "environment" or "configuration" or "build" && !_notices.Writer.TryWrite(notice)) Volatile.Write(ref _slow, 1);
        _onNotice(notice);
    }
}
