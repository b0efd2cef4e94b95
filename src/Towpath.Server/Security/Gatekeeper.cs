using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Towpath.Server.Web;

namespace Towpath.Server.Security;

/// <summary>Stands before every route: finds the caller, refuses what the route's permission or another origin forbids.</summary>
public sealed class Gatekeeper(RequestDelegate next, Authentication authentication, Access access, IAntiforgery antiforgery, WorkflowDoor workflows)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var (caller, no) = await FindAsync(http);
        if (caller is not null) Remember(http, caller);
        if ((no ?? await RefuseAsync(http, caller)) is { } refusal) await AnswerAsync(http, refusal);
        else await next(http);
    }

    private async Task<(Caller? Caller, Refusal? No)> FindAsync(HttpContext http)
    {
        if (await authentication.FindCallerAsync(http.Request, http.RequestAborted) is { } caller) return (caller, null);
        if (http.GetEndpoint()?.Metadata.GetMetadata<TakesWorkflowTokens>() is null || WorkflowDoor.TokenOf(http.Request) is not { } token) return (null, null);
        var answer = await workflows.FindCallerAsync(token, http.RequestAborted);
        return (answer.Value, answer.Refusal);
    }

    private async Task<Refusal?> RefuseAsync(HttpContext http, Caller? caller)
    {
        var endpoint = http.GetEndpoint();
        var needed = endpoint?.Metadata.GetMetadata<RoutePermission>();
        if (caller is { SessionHash: not null } && await CrossSite.RefuseAsync(http, antiforgery) is { } foreign) return foreign;
        if (needed is null)
            // No route, or a wrong method: told only to those who are somebody, so that nobody can feel their way along.
            return endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is null && caller is null && SecurityHeaders.IsApi(http) ? NobodyKnown : null;
        if (caller is null) return NobodyKnown;
        if (needed.Permission is not { } permission) return null;
        return (await access.OfAsync(caller, http.RequestAborted)).RefuseAnywhere(permission);
    }

    private static Refusal NobodyKnown => new(
        RefusalKind.Unauthenticated, "unauthenticated",
        "This needs a valid API token (`Authorization: Bearer twp_…`) or a login. Tokens that are unknown, revoked or expired do not count.");

    private static Task AnswerAsync(HttpContext http, Refusal refusal)
    {
        if (refusal.Kind != RefusalKind.Unauthenticated || !IsPage(http)) return Replies.WriteAsync(http, refusal.ToProblem());
        http.Response.Redirect("/login?to=" + Uri.EscapeDataString(http.Request.Path + http.Request.QueryString));
        return Task.CompletedTask;
    }

    private static bool IsPage(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) && !SecurityHeaders.IsApi(http)
        && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static void Remember(HttpContext http, Caller caller)
    {
        http.Features.Set(caller);
        // Antiforgery tokens are bound to the name.
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.User)], "towpath"));
    }
}
