using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Towpath.Engine.Storage;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Logins;

/// <summary>Opens the dashboard's session: by the one-time code of the first start, or by an API token that somebody pastes.</summary>
public sealed class LogIn(IStore store, Authentication authentication, LoginCodes codes, Sessions sessions, LoginThrottle throttle, LogInRecords records)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", async (string? code, string? to, HttpContext http, LogIn use, CancellationToken cancellationToken) => code is null
                ? LoginPage.Show(http, null, to)
                : LoginPage.Answer(http, await use.ByCodeAsync(http, code, cancellationToken), null))
            .WithName("loginPage").ExcludeFromDescription().AllowAnonymous();
        routes.MapPost("/login", async (HttpContext http, LogIn use, CancellationToken cancellationToken) =>
            {
                var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancellationToken) : FormCollection.Empty;
                return LoginPage.Answer(http, await use.ByTokenAsync(http, form["token"].ToString().Trim(), cancellationToken), form["to"]);
            })
            .WithName("login").ExcludeFromDescription().DisableAntiforgery().AllowAnonymous();
    }

    /// <returns>Null when the session is open, else why not.</returns>
    public async Task<Refusal?> ByCodeAsync(HttpContext http, string code, CancellationToken cancellationToken)
    {
        if (Wait(http) is { } wait) return wait;
        if (await codes.FindAsync(code, cancellationToken) is { } use)
        {
            var token = records.Administrator();
            if (await sessions.OpenAsync(http, token.Id, [use, new Change.SaveToken(token), records.LoggedIn(token, "code")], cancellationToken)) return null;
        }

        return Failed(http, "code_refused", "This login link was used already, is older than an hour, or never was one. `towpath token login-url` on the server makes another.");
    }

    /// <returns>Null when the session is open, else why not.</returns>
    public async Task<Refusal?> ByTokenAsync(HttpContext http, string secret, CancellationToken cancellationToken)
    {
        if (CrossSite.IsForeign(http.Request)) return CrossSite.Foreign;
        if (Wait(http) is { } wait) return wait;
        if (await authentication.ByTokenAsync(secret, cancellationToken) is { } caller
            && await store.Access.GetTokenAsync(caller.TokenId, cancellationToken) is { } token
            && await sessions.OpenAsync(http, token.Id, [records.LoggedIn(token, "token")], cancellationToken)) return null;
        return Failed(http, "token_refused", "This token is unknown, revoked or expired. Ask an administrator for another.");
    }

    private Refusal? Wait(HttpContext http) => throttle.Refuse(http.Connection.RemoteIpAddress);

    private Refusal Failed(HttpContext http, string code, string reason)
    {
        throttle.Failed(http.Connection.RemoteIpAddress);
        records.Failed(http.Connection.RemoteIpAddress?.ToString() ?? "unknown");
        return new Refusal(RefusalKind.Unauthenticated, code, reason);
    }
}

/// <summary>What a login leaves behind.</summary>
public sealed partial class LogInRecords(Audits audits, TimeProvider time, ILogger<LogIn> logger)
{
    /// <summary>The token behind an administrator's session. Nobody knows its secret: it exists to be listed and revoked.</summary>
    public AccessToken Administrator()
    {
        var now = time.GetUtcNow();
        return new AccessToken(
            Guid.CreateVersion7(now).ToString("N"), Secret.Hash(Secret.New()), PermissionWords.Administrator, "one-time login", PermissionWords.AllScopes, [],
            now, now + Sessions.ValidFor, RevokedAt: null, Administrator: true);
    }

    public Change LoggedIn(AccessToken token, string by) => audits.Of(token.User, "session.opened", new JsonObject { ["token"] = token.Id, ["by"] = by });

    public void Failed(string address) => Log.Failed(logger, address);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A login from {Address} failed")]
        public static partial void Failed(ILogger logger, string address);
    }
}

/// <summary>Ends the session.</summary>
public sealed class LogOut(Sessions sessions)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/logout", async (HttpContext http, LogOut use, CancellationToken cancellationToken) =>
        {
            await use.HandleAsync(http, cancellationToken);
            return Redirect();
        })
        .WithName("logout").ExcludeFromDescription().DisableAntiforgery().NeedsCaller();

    public Task HandleAsync(HttpContext http, CancellationToken cancellationToken) => sessions.EndAsync(http, http.Caller(), cancellationToken);

    private static RedirectHttpResult Redirect() => TypedResults.LocalRedirect("/login");
}
