using Microsoft.AspNetCore.Antiforgery;
using Towpath.Server.Web;

namespace Towpath.Server.Security;

/// <summary>
/// A browser sends its cookie for whoever makes it send a request. So with a session, changes need an antiforgery token and must not come
/// from another origin; and the API answers other origins nothing, not even an event stream.
/// </summary>
internal static class CrossSite
{
    public static async Task<Refusal?> RefuseAsync(HttpContext http, IAntiforgery antiforgery)
    {
        var changes = !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method));
        if ((changes || SecurityHeaders.IsApi(http)) && IsForeign(http.Request)) return Foreign;
        return changes && !await HasTokenAsync(http, antiforgery) ? NoToken : null;
    }

    private static async Task<bool> HasTokenAsync(HttpContext http, IAntiforgery antiforgery)
    {
        try
        {
            return await antiforgery.IsRequestValidAsync(http);
        }
        catch (Exception exception) when (exception is AntiforgeryValidationException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Also for the login form, where there is no session yet.</summary>
    public static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        // Browsers set it and no page can: it also holds where a proxy changed the scheme that we see.
        if (site is "same-origin") return false;
        if (site.Length > 0 && site is not "none") return true;
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    public static Refusal Foreign => Refusal.NotAllowed("cross_site", "This request comes from another site. Use the dashboard's own pages, or an API token.");

    private static Refusal NoToken => Refusal.NotAllowed(
        "antiforgery", "The antiforgery token is missing or out of date. Load the page again and repeat what you did.");
}
