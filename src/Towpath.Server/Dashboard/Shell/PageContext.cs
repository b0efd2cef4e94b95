using Microsoft.AspNetCore.Antiforgery;
using Towpath.Server.Security;

namespace Towpath.Server.Dashboard.Shell;

/// <summary>What every page knows of the request: who looks at it, when, and how.</summary>
public sealed record PageContext
{
    /// <summary>Null on the pages that anybody sees.</summary>
    public string? User { get; init; }
    public IReadOnlyList<string> Roles { get; init; } = [];
    public bool Administrator { get; init; }

    /// <summary>What forms send back, so that no other site can send them.</summary>
    public string? FormToken { get; init; }
    public Theme Theme { get; init; } = Theme.System;
    public required DateTimeOffset Now { get; init; }

    /// <summary>This page's path with its query.</summary>
    public required string Address { get; init; }

    /// <summary>The page's script asks for the part that changes only.</summary>
    public bool FragmentOnly { get; init; }

    /// <summary>On pages that ask nothing of the database: who is logged in, without more about them.</summary>
    public string? KnownUser { get; init; }

    /// <summary>Whether somebody is logged in with a browser's session; only then forms can be sent.</summary>
    public bool HasSession { get; init; }
}

/// <summary>Finds out what pages know of the request.</summary>
public sealed class PageContexts(Access access, IAntiforgery antiforgery, TimeProvider time)
{
    public const string FragmentHeader = "Towpath-Fragment";

    public async Task<PageContext> OfAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var rights = await access.OfAsync(http.Caller(), cancellationToken);
        var formToken = antiforgery.GetAndStoreTokens(http).RequestToken;
        return Anonymous(http) with
        {
            User = http.Caller().User,
            Roles = rights.Roles,
            Administrator = rights.May(Permission.Administer, null),
            HasSession = http.Caller().SessionHash is not null,
            FormToken = formToken,
        };
    }

    public PageContext Anonymous(HttpContext http) => Anonymous(http, time.GetUtcNow());

    public static PageContext Anonymous(HttpContext http, DateTimeOffset now)
    {
        // The same address answers with the whole page or with a part of it.
        http.Response.Headers.Vary = $"{FragmentHeader}, Cookie";
        http.Response.Headers.CacheControl = "no-store";
        return new PageContext
        {
            Now = now,
            Theme = Themes.Of(http.Request),
            Address = AddressOf(http.Request),
            FragmentOnly = http.Request.Headers.ContainsKey(FragmentHeader),
        };
    }

    /// <summary>After a form was refused the page stands at the form's address; going back to it must not mean sending it again.</summary>
    private static string AddressOf(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString : request.Path;
}
