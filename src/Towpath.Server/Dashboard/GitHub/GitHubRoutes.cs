using Microsoft.AspNetCore.Http.HttpResults;
using Towpath.Server.Dashboard.Errors;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Features.GitHub.App;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Dashboard.GitHub;

/// <summary>The page about the GitHub App, the forms that create and remove it, and where the browser comes back to from GitHub.</summary>
internal static class GitHubRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/github", (string? done, HttpContext http, CancellationToken cancellationToken) => ShowAsync(http, done, null, cancellationToken))
            .WithName("gitHubPage").ExcludeFromDescription().Needs(Permission.Administer);
        routes.MapPost("/github/app", StartAsync).WithName("createGitHubApp").ExcludeFromDescription().DisableAntiforgery().Needs(Permission.Administer);
        routes.MapGet(AppRegistration.CreatedPath, FinishAsync).WithName("gitHubAppCreated").ExcludeFromDescription().Needs(Permission.Administer);
        routes.MapPost("/github/app/remove", RemoveAsync).WithName("removeGitHubAppForm").ExcludeFromDescription().DisableAntiforgery().Needs(Permission.Administer);
    }

    private static async Task<IResult> StartAsync(HttpContext http, CreateApp create, PublicAddress address, PageContexts contexts, CancellationToken cancellationToken)
    {
        var fields = await FormFields.ReadAsync(http, cancellationToken);
        var isPersonal = fields.Text("kind") == "personal";
        if (!isPersonal && fields.Text("organization") is null)
            return await RefusedAsync(http, "create", fields, Refusal.Unprocessable("bad_organization", "Say which organization the App is to belong to, or choose your own account."), cancellationToken);
        var wish = new AppWish(isPersonal ? null : fields.Text("organization"), fields.Text("public_url"), fields.Text("environments") == "yes");
        var answer = await create.StartAsync(http.Caller(), wish, address.Of(http), cancellationToken);
        if (answer.Value is not { } registration) return await RefusedAsync(http, "create", fields, answer.Refusal!, cancellationToken);
        SecurityHeaders.AllowFormTo(http, registration.Action);
        var context = await contexts.OfAsync(http, cancellationToken) with { Address = "/github" };
        return new RazorComponentResult<RegistrationPage>(new { Context = context, Registration = registration });
    }

    private static async Task<IResult> FinishAsync(string? code, string? state, HttpContext http, CreateApp create, CancellationToken cancellationToken)
    {
        var answer = await create.FinishAsync(http.Caller(), code, state, cancellationToken);
        return answer.Refusal is { } refusal ? await RefusedAsync(http, "created", FormFields.None, refusal, cancellationToken) : new SeeOther("/github?done=created");
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, RemoveApp remove, CancellationToken cancellationToken)
    {
        var answer = await remove.HandleAsync(http.Caller(), cancellationToken);
        return answer.Refusal is { } refusal ? await RefusedAsync(http, "remove", FormFields.None, refusal, cancellationToken) : new SeeOther("/github?done=removed");
    }

    private static async Task<IResult> RefusedAsync(HttpContext http, string form, FormFields fields, Refusal refusal, CancellationToken cancellationToken)
    {
        if (!ErrorResult.IsForPeople(http)) return refusal.ToHttp();
        http.Response.StatusCode = refusal.Status;
        return await ShowAsync(http, null, new RefusedForm(form, refusal.Reason, fields), cancellationToken);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string? done, RefusedForm? refused, CancellationToken cancellationToken)
    {
        var context = await http.RequestServices.GetRequiredService<PageContexts>().OfAsync(http, cancellationToken);
        var answer = await http.RequestServices.GetRequiredService<ShowApp>().HandleAsync(http.Caller(), cancellationToken);
        if (answer.Value is not { } app) return ErrorResult.Of(http, context, answer.Refusal!);
        if (refused is not null) context = context with { Address = "/github" };
        var address = http.RequestServices.GetRequiredService<PublicAddress>().Of(http);
        return new RazorComponentResult<GitHubPage>(new
        {
            Context = context, App = app, Refused = refused, Done = Words(done),
            PublicUrl = address.StartsWith("https://", StringComparison.Ordinal) ? address : null,
        })
        {
            StatusCode = http.Response.StatusCode,
        };
    }

    private static string? Words(string? done) => done switch
    {
        "created" => "The App is created, and this server acts as it from now on. Install it where your repositories are.",
        "removed" => "The App is forgotten here.",
        _ => null,
    };
}
