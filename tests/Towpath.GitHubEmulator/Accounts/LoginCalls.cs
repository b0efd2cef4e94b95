using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Accounts;

/// <summary>
/// Logging in with GitHub: the page agrees at once for whoever a script has logged in, and a code is exchanged once for a token.
/// Source: GitHub, "Generating a user access token for a GitHub App".
/// </summary>
internal static class LoginCalls
{
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    public static void Add(Router routes)
    {
        var codes = new Dictionary<string, Grant>(StringComparer.Ordinal);
        routes.On("GET /login/oauth/authorize", Need.Nothing, call => Authorize(call, codes));
        routes.On("POST /login/oauth/access_token", Need.Nothing, call => Exchange(call, codes));
        routes.On("POST /applications/{client_id}/token", Need.AppToken, Check);
        routes.On("DELETE /applications/{client_id}/token", Need.AppToken, Revoke);
    }

    private sealed record Grant(App App, User User, string RedirectUri, string? Challenge, DateTimeOffset At);

    private static Answer Authorize(Call call, Dictionary<string, Grant> codes)
    {
        var app = call.World.Apps.ByClientId(call.Query("client_id") ?? "") ?? throw GitHubFault.NotFound();
        var redirect = call.Query("redirect_uri") ?? app.CallbackUrls.FirstOrDefault() ?? app.ExternalUrl;
        var back = new Dictionary<string, string?>();
        if (call.Query("state") is { } state) back["state"] = state;
        if (!app.CallbackUrls.Contains(redirect))
        {
            back["error"] = "redirect_uri_mismatch";
            back["error_description"] = "The redirect_uri MUST match the registered callback URL for this application.";
            return Answer.Redirect(QueryHelpers.AddQueryString(app.CallbackUrls.FirstOrDefault() ?? app.ExternalUrl, back));
        }

        if (call.World.Script.Login is not { } login)
        {
            back["error"] = "access_denied";
            back["error_description"] = "The user has denied your application access.";
            return Answer.Redirect(QueryHelpers.AddQueryString(redirect, back));
        }

        if (call.Query("code_challenge") is not null && call.Query("code_challenge_method") != "S256") throw GitHubFault.Refused("code_challenge_method must be S256");
        var code = Secrets.Hex(20);
        codes[code] = new Grant(app, call.World.Accounts.User(login), redirect, call.Query("code_challenge"), call.World.Now);
        back["code"] = code;
        return Answer.Redirect(QueryHelpers.AddQueryString(redirect, back));
    }

    /// <summary>Errors come with 200, as GitHub sends them.</summary>
    private static Answer Exchange(Call call, Dictionary<string, Grant> codes)
    {
        var form = FormOf(call);
        string? Field(string name) => form.GetValueOrDefault(name) ?? call.Query(name);
        if (call.World.Apps.ByClientId(Field("client_id") ?? "") is not { } app || app.ClientSecret != Field("client_secret"))
            return Wrong(call, "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
        if (!codes.Remove(Field("code") ?? "", out var grant) || grant.App != app || grant.At + CodeLifetime < call.World.Now)
            return Wrong(call, "bad_verification_code", "The code passed is incorrect or expired.");
        if (Field("redirect_uri") is { } redirect && redirect != grant.RedirectUri)
            return Wrong(call, "redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL for this application.");
        if (grant.Challenge is { } challenge && challenge != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Field("code_verifier") ?? ""))))
            return Wrong(call, "bad_verification_code", "The code passed is incorrect or expired.");
        return Written(call, new JsonObject
        {
            ["access_token"] = call.World.Accounts.IssueUserToken(grant.User, app, TimeSpan.FromHours(8)), ["expires_in"] = 28800, ["scope"] = "", ["token_type"] = "bearer",
        });
    }

    private static Dictionary<string, string> FormOf(Call call)
    {
        if (call.Http.Request.HasJsonContentType()) return call.Input.ToDictionary(m => m.Key, m => m.Value?.ToString() ?? "", StringComparer.Ordinal);
        return QueryHelpers.ParseQuery(Encoding.UTF8.GetString(call.Body.Span)).ToDictionary(m => m.Key, m => m.Value.ToString(), StringComparer.Ordinal);
    }

    private static Answer Wrong(Call call, string error, string description) => Written(call, new JsonObject
    {
        ["error"] = error, ["error_description"] = description, ["error_uri"] = "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors",
    });

    /// <summary>JSON for whoever accepts it, otherwise a form.</summary>
    private static Answer Written(Call call, JsonObject answer)
    {
        if (call.Http.Request.Headers.Accept.Any(a => a?.Contains("json", StringComparison.Ordinal) == true)) return Answer.Ok(answer);
        return new Answer(200)
        {
            Text = QueryHelpers.AddQueryString("", answer.ToDictionary(m => m.Key, m => (string?)m.Value!.ToString())).TrimStart('?'), ContentType = "application/x-www-form-urlencoded; charset=utf-8",
        };
    }

    private static Answer Check(Call call)
    {
        var (app, token) = (AppCalls.AppOf(call), call.Input.Text("access_token") ?? "");
        if (app.ClientId != call["client_id"] || call.World.Accounts.PersonOf(token) is not { Via: { } via } person || via != app) throw GitHubFault.NotFound();
        return Answer.Ok(new JsonObject
        {
            ["id"] = person.User.Id, ["url"] = call.World.Urls.Api($"authorizations/{person.User.Id}"), ["scopes"] = new JsonArray(), ["token"] = token, ["token_last_eight"] = token[^8..],
            ["hashed_token"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token))), ["app"] = new JsonObject { ["client_id"] = app.ClientId, ["name"] = app.Name, ["url"] = app.ExternalUrl },
            ["note"] = null, ["note_url"] = null, ["updated_at"] = Json.Time(call.World.Now), ["created_at"] = Json.Time(call.World.Now), ["fingerprint"] = null, ["expires_at"] = null,
            ["user"] = person.User.Simple(),
        });
    }

    private static Answer Revoke(Call call)
    {
        if (AppCalls.AppOf(call).ClientId != call["client_id"]) throw GitHubFault.NotFound();
        call.World.Accounts.Revoke(call.Input.Text("access_token") ?? "");
        return Answer.NoContent;
    }
}
