using System.Net;
using System.Net.Sockets;

namespace Towpath.Engine.Tests.Storage;

/// <summary>Stands between a client and a server, and cuts the client off while the server notices nothing.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _clients = [];
    private readonly List<TcpClient> _servers = [];
    private readonly Lock _gate = new();
    private readonly int _target;
    private readonly Task _accepting;
    private int _armed;

    public CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The server's next answer does not arrive: the client sees the connection end instead.</summary>
    public void LoseNextAnswer() => Interlocked.Exchange(ref _armed, 1);

    /// <summary>Ends every client's connection; the server's sides stay open.</summary>
    public void CutClients()
    {
        lock (_gate)
        {
            foreach (var client in _clients) client.Close();
            _clients.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        CutClients();
        lock (_gate)
            foreach (var server in _servers) server.Close();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target);
                lock (_gate)
                {
                    _clients.Add(client);
                    _servers.Add(server);
                }

                _ = PumpAsync(client.GetStream(), server.GetStream(), _ => true);
                _ = PumpAsync(server.GetStream(), client.GetStream(), _ => Pass(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The proxy ends.
        }
    }

    private bool Pass(TcpClient client)
    {
        if (Interlocked.Exchange(ref _armed, 0) == 0) return true;
        client.Close();
        return false;
    }

    private static async Task PumpAsync(NetworkStream from, NetworkStream to, Func<int, bool> pass)
    {
        var buffer = new byte[16384];
        try
        {
            while (await from.ReadAsync(buffer) is var count and > 0)
            {
                if (!pass(count)) return;
                await to.WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One side is gone; the other is left as it is.
        }
    }
}
