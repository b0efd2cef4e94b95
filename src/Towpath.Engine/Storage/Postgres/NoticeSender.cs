using System.Globalization;
using System.Threading.Channels;
using Npgsql;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>
/// Sends notices after the commit, on a connection of its own, several in one: NOTIFY inside each transaction takes a lock that all
/// commits of the database wait for.
/// </summary>
internal sealed class NoticeSender : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Channel<ChangeNotice> _waiting = Channel.CreateBounded<ChangeNotice>(
        new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly PostgresConnections _connections;
    private readonly TimeProvider _time;
    private readonly Task _sending;
    private NpgsqlConnection? _connection;

    public NoticeSender(PostgresConnections connections, TimeProvider time)
    {
        _connections = connections;
        _time = time;
        _sending = Task.Run(RunAsync);
    }

    /// <summary>Stands in every payload, so that a process does not hear itself.</summary>
    public string Id { get; } = Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);

    public void Send(ChangeNotice notice) => _waiting.Writer.TryWrite(notice);

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _sending;
        if (_connection is not null) await _connection.DisposeAsync();
    }

    private async Task RunAsync()
    {
        HashSet<ChangeNotice> notices = [];
        while (await _waiting.Reader.WaitToReadAsync())
        {
            notices.Clear();
            while (_waiting.Reader.TryRead(out var notice)) notices.Add(notice);
            await TrySendAsync(notices);
            await Task.Delay(Pause, _time);
        }
    }

    private async Task TrySendAsync(IEnumerable<ChangeNotice> notices)
    {
        try
        {
            _connection ??= await _connections.OpenDirectAsync(CancellationToken.None);
            await using var command = new NpgsqlCommand("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload", _connection);
            PostgresArguments.AddTo(command.Parameters, Notices.Channel, Notices.Pack(Id, notices).ToArray());
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception e) when (e is NpgsqlException or StoreUnavailableException or InvalidOperationException or IOException)
        {
            // Notices only save waiting: others find out by looking. The next one gets a new connection.
            if (_connection is not null) await _connection.DisposeAsync();
            _connection = null;
        }
    }
}
