using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Towpath.Server.Web;

/// <summary>What one caller may cost.</summary>
internal static class Limits
{
    public const int MaximumBody = 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaximumBody;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
    }

    /// <summary>Streams switch this off for themselves.</summary>
    public static void Apply(RequestTimeoutOptions timeouts) => timeouts.DefaultPolicy = new RequestTimeoutPolicy
    {
        Timeout = Longest,
        TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
    };

    /// <summary>A refusal of which nothing but the number is there yet.</summary>
    public static bool IsBare(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= StatusCodes.Status400BadRequest, ContentType: null, ContentLength: null };
}
