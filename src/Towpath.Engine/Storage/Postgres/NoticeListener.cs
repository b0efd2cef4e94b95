using Npgsql;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>Hears other nodes on a dedicated connection, and connects again when it breaks.</summary>
internal sealed class NoticeListener(PostgresConnections connections, TimeProvider time, string self, Action<ChangeNotice> tell)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = TimeSpan.Zero;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => pause = TimeSpan.Zero, cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or StoreUnavailableException or InvalidOperationException or IOException or OperationCanceledException)
            {
                pause = TimeSpan.FromMilliseconds(Math.Clamp(pause.TotalMilliseconds * 2, 50, LongestPause.TotalMilliseconds));
            }

            await PauseAsync(pause, cancellationToken);
        }
    }

    private async Task ListenAsync(Action onConnected, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenDirectAsync(cancellationToken);
        connection.Notification += (_, notification) =>
        {
            foreach (var notice in Notices.Unpack(notification.Payload, self)) tell(notice);
        };
        await using (var listen = new NpgsqlCommand($"LISTEN {Notices.Channel}", connection)) await listen.ExecuteNonQueryAsync(cancellationToken);
        onConnected();
        // Whatever was said before now was not heard: whoever waits looks once.
        tell(new ChangeNotice("work", ""));
        while (true) await connection.WaitAsync(cancellationToken);
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }
}
