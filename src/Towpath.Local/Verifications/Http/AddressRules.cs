using System.Net;
using System.Net.Sockets;

namespace Towpath.Local.Verifications.Http;

/// <summary>
/// Which addresses URLs in specs may reach: everything public, and of the rest only what the operator lists. The ranges are
/// those of the IANA special-purpose registries, with the cloud metadata services among them (169.254.169.254, fd00:ec2::254).
/// </summary>
internal sealed class AddressRules
{
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    private readonly List<IPNetwork> _allowed = [];

    /// <param name="allowed">Addresses and CIDR ranges. What is neither allows nothing.</param>
    public AddressRules(IEnumerable<string> allowed)
    {
        foreach (var entry in allowed)
        {
            if (IPNetwork.TryParse(entry, out var network)) _allowed.Add(network);
            else if (IPAddress.TryParse(entry, out var address)) _allowed.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
        }
    }

    public bool Allows(IPAddress address)
    {
        var plain = Plain(address);
        return !Special.Any(network => network.Contains(plain)) || _allowed.Any(network => network.Contains(plain));
    }

    /// <summary>An IPv4 address in the clothes of IPv6, mapped or translated (RFC 6052), counts as what it is.</summary>
    private static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var unscoped = new IPAddress(address.GetAddressBytes());
        return Translated.Contains(unscoped) ? new IPAddress(unscoped.GetAddressBytes().AsSpan(12)) : unscoped;
    }
}
