namespace Towpath.Server.Web;

/// <summary>What browsers are told with every answer.</summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    public static Task AddAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (IsApi(http)) headers.CacheControl = "no-store";
        return next(http);
    }

    /// <summary>This one page has a form for another site: its browser may send it there, and says from which site it comes.</summary>
    public static void AllowFormTo(HttpContext http, Uri site)
    {
        http.Response.Headers.ContentSecurityPolicy = $"{Policy} {site.GetLeftPart(UriPartial.Authority)}";
        http.Response.Headers["Referrer-Policy"] = "strict-origin";
    }

    public static bool IsApi(HttpContext http) => http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
}
