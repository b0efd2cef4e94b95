using Microsoft.AspNetCore.Http.HttpResults;
using Towpath.Server.Api;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Dashboard.Errors;

/// <summary>Refusals and failures as pages, for whoever asked with a browser.</summary>
public static class ErrorResult
{
    /// <summary>A page for people; a program that asked for a page gets what the API answers.</summary>
    public static IResult Of(HttpContext http, PageContext context, Refusal refusal) =>
        IsForPeople(http) ? Of(context, refusal.ToProblem()) : refusal.ToHttp();

    /// <summary>Whether the answer is for a browser's window, not for a program.</summary>
    public static bool IsForPeople(HttpContext http) =>
        !SecurityHeaders.IsApi(http) && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the page. Asks nothing of the database: it may be what failed.</summary>
    public static Task WriteAsync(HttpContext http, Problem problem)
    {
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        return Of(PageContext(http, time), problem).ExecuteAsync(http);
    }

    /// <summary>An address that leads nowhere gets a page, too.</summary>
    public static async Task AnswerNotFoundAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response is { StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, HasStarted: false, ContentType: null } && IsForPeople(http))
            await WriteAsync(http, Refusal.NotFound("no_such_page", $"There is no page at {PlainLines.Of(http.Request.Path)}. The board leads to every application and deployment.").ToProblem());
    }

    private static PageContext PageContext(HttpContext http, TimeProvider time) =>
        PageContexts.Anonymous(http, time.GetUtcNow()) with { KnownUser = http.FindCaller()?.User };

    private static RazorComponentResult<ErrorPage> Of(PageContext context, Problem problem) =>
        new(new { Context = context, Problem = problem }) { StatusCode = problem.Status };
}
