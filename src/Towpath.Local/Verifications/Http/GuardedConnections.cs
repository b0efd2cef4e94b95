using System.Net;
using System.Net.Sockets;
using Towpath.Core;

namespace Towpath.Local.Verifications.Http;

/// <summary>Connects only to addresses that the rules allow: what was checked is what is connected to, so that no second look-up can change it.</summary>
internal sealed class GuardedConnections(AddressRules rules)
{
    public SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy would connect in our place, to wherever it is told.
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.Zero,
        MaxResponseHeadersLength = 64,
        ConnectCallback = ConnectAsync,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken);
        IPAddress[] allowed = [.. addresses.Where(rules.Allows)];
        if (allowed.Length == 0 && addresses.Length > 0) throw new AddressRefusedException(endpoint.Host, addresses);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endpoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>None of a host's addresses may be reached from specs.</summary>
internal sealed class AddressRefusedException(string host, IEnumerable<IPAddress> addresses) : IOException(
    $"'{PlainText.Of(host, 200)}' is {string.Join(", ", addresses.Take(4))}, a loopback, private or otherwise special address, which specs may not reach; "
    + "use a public address, or let the operator add it to `allow: { private_addresses: […] }` in towpath.yaml");
