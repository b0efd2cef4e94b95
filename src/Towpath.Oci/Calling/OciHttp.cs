using System.Net;
using System.Net.Sockets;
using Towpath.Oci.References;

namespace Towpath.Oci.Calling;

/// <summary>The connections to registries. Redirects are followed by hand, since credentials must not go along.</summary>
internal sealed class OciHttp(HttpMessageHandler handler) : HttpMessageInvoker(handler)
{
    public OciHttp(RegistryHosts hosts) : this(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(hosts, context, cancellationToken),
    })
    {
    }

    /// <summary>A name that leads to this machine or to link-local addresses, where clouds keep their secrets, is not connected to.</summary>
    private static async ValueTask<Stream> ConnectAsync(RegistryHosts hosts, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var isProxy = !string.Equals(host, context.InitialRequestMessage.RequestUri?.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
        var allowed = isProxy ? addresses : [.. addresses.Where(address => !IsForbidden(address, isOurs: hosts.IsPlain(host) || hosts.IsPlain($"{host}:{port}")))];
        if (allowed.Length == 0) throw new HttpRequestException(HttpRequestError.ConnectionError, $"'{host}' leads to an address that no registry may have");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsForbidden(IPAddress address, bool isOurs)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain)) return !isOurs;
        var isLinkLocal = plain.IsIPv6LinkLocal || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..]);
        return isLinkLocal || plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any);
    }
}
