using System.Net;

namespace Towpath.Oci.References;

/// <summary>How a registry's host becomes an address, and whether it may be called without TLS.</summary>
internal sealed class RegistryHosts(OciOptions options)
{
    /// <summary>The root of the registry's API. Docker Hub's stands at another host than its name.</summary>
    public Uri Root(string registry) => string.Equals(registry, ImageReference.DockerHub, StringComparison.Ordinal)
        ? new Uri("https://registry-1.docker.io/")
        : new Uri($"{(IsPlain(registry) ? Uri.UriSchemeHttp : Uri.UriSchemeHttps)}://{registry}/");

    /// <summary>Plain HTTP is for this machine and for what was listed; everything else would show credentials to whoever listens.</summary>
    public bool IsPlain(string registry) => IsLoopback(registry) || options.PlainHttpHosts.Contains(registry, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a registry may send a request on to this address: over TLS, or without where the registry itself is called so.</summary>
    public bool MayLeadTo(string registry, Uri address)
    {
        if (address.UserInfo.Length > 0) return false;
        if (address.Scheme == Uri.UriSchemeHttps) return !IsLoopback(address.Authority) || IsPlain(registry);
        return address.Scheme == Uri.UriSchemeHttp && IsPlain(registry) && IsPlain(address.Authority);
    }

    public static bool IsLoopback(string authority)
    {
        var colon = authority.LastIndexOf(':');
        var host = colon > authority.LastIndexOf(']') ? authority[..colon] : authority;
        return string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
