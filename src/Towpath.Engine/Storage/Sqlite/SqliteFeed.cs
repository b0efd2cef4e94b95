using Towpath.Engine.Storage.Feed;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>Everybody who could listen is in this process.</summary>
internal sealed class SqliteFeed : IChangeFeed
{
    private readonly LocalFeed _local = new();

    public IDisposable Subscribe(Action<ChangeNotice> onNotice) => _local.Subscribe(onNotice);

    public void Publish(ChangeNotice notice) => _local.Tell(notice);
}
