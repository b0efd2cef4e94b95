using System.Net;

namespace Towpath.GitHub.Calling;

/// <summary>The connections to GitHub. Redirects are followed by hand, since the token must not go along to others.</summary>
public sealed class GitHubHttp(HttpMessageHandler handler) : HttpMessageInvoker(handler)
{
    public static GitHubHttp Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        EnableMultipleHttp2Connections = true,
        AutomaticDecompression = DecompressionMethods.GZip,
    });
}
