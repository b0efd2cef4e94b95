using Microsoft.AspNetCore.Http.HttpResults;
using Towpath.Server.Dashboard.Logins;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Logins;

/// <summary>The one page that anybody sees: where one logs in.</summary>
internal static class LoginPage
{
    public static IResult Show(HttpContext http, Refusal? refusal, string? to)
    {
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        IReadOnlyList<ILoginProvider> ways = [.. http.RequestServices.GetRequiredService<LogInElsewhere>().Offered];
        // Not the address as it is: it may hold a code.
        var context = PageContexts.Anonymous(http, time.GetUtcNow()) with { Address = "/login?to=" + Uri.EscapeDataString(Local(to)) };
        var parameters = new { Context = context, To = Local(to), Ways = ways, Refusal = refusal?.Reason };
        return new RazorComponentResult<LoginForm>(parameters) { StatusCode = refusal?.Status ?? StatusCodes.Status200OK };
    }

    /// <summary>Where to go after a login, or the page again with what was wrong.</summary>
    public static IResult Answer(HttpContext http, Refusal? refusal, string? to) => refusal is null ? new SeeOther(Local(to)) : Show(http, refusal, to);

    /// <summary>Only a path of ours: a link that logs in must not lead elsewhere.</summary>
    public static string Local(string? to) =>
        to is ['/', ..] && to is not ['/', '/' or '\\', ..] && !to.Any(char.IsControl) && !to.Contains('\\', StringComparison.Ordinal) ? to : "/";
}
