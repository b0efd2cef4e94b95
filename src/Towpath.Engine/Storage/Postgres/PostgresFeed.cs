using Towpath.Engine.Storage.Feed;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>Notices to this process at once, to other nodes after a few milliseconds, and from other nodes as they come.</summary>
internal sealed class PostgresFeed(PostgresConnections connections, TimeProvider time) : IChangeFeed, IAsyncDisposable
{
    private readonly LocalFeed _local = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly NoticeSender _sender = new(connections, time);
    private readonly Lock _gate = new();
    private Task? _listening;

    public IDisposable Subscribe(Action<ChangeNotice> onNotice)
    {
        lock (_gate) _listening ??= Task.Run(() => new NoticeListener(connections, time, _sender.Id, _local.Tell).RunAsync(_stop.Token));
        return _local.Subscribe(onNotice);
    }

    public void Publish(ChangeNotice notice)
    {
        _local.Tell(notice);
        _sender.Send(notice);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sender.DisposeAsync();
        if (_listening is { } listening) await listening;
        _stop.Dispose();
    }
}
