using System.Net;

namespace Towpath.GitHub.Oidc;

/// <summary>The connections to issuers. No redirects: an issuer speaks for itself.</summary>
public sealed class OidcHttp(HttpMessageHandler handler) : HttpMessageInvoker(handler)
{
    public static OidcHttp Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 64,
        AutomaticDecompression = DecompressionMethods.None,
    });
}
