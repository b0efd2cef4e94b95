using Towpath.Engine.Storage;

namespace Towpath.Server.Security;

/// <summary>Opens and ends the dashboard's sessions.</summary>
public sealed class Sessions(IStore store, TimeProvider time)
{
    public static readonly TimeSpan ValidFor = TimeSpan.FromDays(7);

    /// <summary>Opens a session with a token, together with what belongs to it; false when something of that is no longer so.</summary>
    /// <param name="http">The browser's request; its answer carries the cookie.</param>
    /// <param name="tokenId">The token that it lives and ends with.</param>
    /// <param name="alongside">What is saved with it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="validFor">Where it is to be good for another time than usual.</param>
    public async Task<bool> OpenAsync(HttpContext http, string tokenId, IReadOnlyList<Change> alongside, CancellationToken cancellationToken, TimeSpan? validFor = null)
    {
        var secret = Secret.New();
        var now = time.GetUtcNow();
        var session = new Session(Secret.Hash(secret), tokenId, now, now + (validFor ?? ValidFor));
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
