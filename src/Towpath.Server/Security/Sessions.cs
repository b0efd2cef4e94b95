using Towpath.Engine.Storage;

namespace Towpath.Server.Security;

/// <summary>Opens and ends the dashboard's sessions.</summary>
public sealed class Sessions(IStore store, TimeProvider time)
{
    public static readonly TimeSpan ValidFor = TimeSpan.FromDays(7);

    /// <summary>Opens a session with a token, together with what belongs to it; false when something of that is no longer so.</summary>
    public async Task<bool> OpenAsync(HttpContext http, string tokenId, IReadOnlyList<Change> alongside, CancellationToken cancellationToken)
    {
        var secret = Secret.New();
        var now = time.GetUtcNow();
        var session = new Session(Secret.Hash(secret), tokenId, now, now + ValidFor);
        var commit = new Commit { Changes = [.. alongside, new Change.SaveSession(session)] };
        if (await store.CommitAsync(commit, cancellationToken) is not CommitOutcome.Committed) return false;
        http.Response.Cookies.Append(Authentication.Cookie, secret, Options(http, session.ExpiresAt));
        return true;
    }

    public async Task EndAsync(HttpContext http, Caller caller, CancellationToken cancellationToken)
    {
        if (caller.SessionHash is { } hash) await store.CommitAsync(new Commit { Changes = [new Change.EndSession(hash)] }, cancellationToken);
        http.Response.Cookies.Delete(Authentication.Cookie, Options(http, null));
    }

    // Lax: Strict would log out whoever comes from a link in a notification.
    private static CookieOptions Options(HttpContext http, DateTimeOffset? expires) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, Path = "/", Expires = expires, IsEssential = true,
    };
}
