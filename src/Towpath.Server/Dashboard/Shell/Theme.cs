using Towpath.Server.Features.Logins;
using Towpath.Server.Security;

namespace Towpath.Server.Dashboard.Shell;

public enum Theme
{
    /// <summary>As the reader's system has it.</summary>
    System,
    Light,
    Dark,
}

/// <summary>Light or dark, kept in the reader's own browser.</summary>
public static class Themes
{
    private const string Cookie = "towpath_theme";
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(365);

    public static Theme Of(HttpRequest request) => request.Cookies[Cookie] switch
    {
        "light" => Theme.Light,
        "dark" => Theme.Dark,
        _ => Theme.System,
    };

    public static string Word(Theme theme) => theme switch { Theme.System => "system", Theme.Light => "light", Theme.Dark => "dark" };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/theme", async (HttpContext http, CancellationToken cancellationToken) =>
        {
            var form = await FormFields.ReadAsync(http, cancellationToken);
            var options = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, Path = "/", IsEssential = true, MaxAge = KeptFor };
            http.Response.Cookies.Append(Cookie, form.Text("theme") is "light" or "dark" ? form.Text("theme")! : "system", options);
            return new SeeOther(LoginPage.Local(form.Text("to")));
        })
        .WithName("theme").ExcludeFromDescription().DisableAntiforgery().NeedsCaller();
}
