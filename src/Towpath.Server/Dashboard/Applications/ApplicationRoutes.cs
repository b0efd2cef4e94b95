using Microsoft.AspNetCore.Http.HttpResults;
using Towpath.Server.Dashboard.Environments;
using Towpath.Server.Dashboard.Errors;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Dashboard.Applications;

/// <summary>The page of one application and the forms on it.</summary>
internal static class ApplicationRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/applications/{application}", (string application, string? done, HttpContext http, CancellationToken cancellationToken) =>
                ShowAsync(http, application, done, null, cancellationToken))
            .WithName("applicationPage").ExcludeFromDescription().Needs(Permission.Read);
        foreach (var form in EnvironmentForms.OnApplications)
            routes.MapPost($"/applications/{{application}}/{form}", (string application, HttpContext http, EnvironmentForms forms, CancellationToken cancellationToken) =>
                    SendAsync(http, application, form, forms, cancellationToken))
                .WithName($"{form}ApplicationForm").ExcludeFromDescription().DisableAntiforgery().Needs(Permission.Deploy);
    }

    private static async Task<IResult> SendAsync(HttpContext http, string application, string form, EnvironmentForms forms, CancellationToken cancellationToken)
    {
        var fields = await FormFields.ReadAsync(http, cancellationToken);
        var outcome = await forms.SendAsync(form, http.Caller(), application, fields.Text("environment") ?? "", fields, cancellationToken);
        if (outcome.Refusal is not { } refusal) return new SeeOther(outcome.GoTo ?? $"/applications/{Uri.EscapeDataString(application)}?done={form}");
        if (!ErrorResult.IsForPeople(http)) return refusal.ToHttp();
        http.Response.StatusCode = refusal.Status;
        return await ShowAsync(http, application, null, new RefusedForm(form, refusal.Reason, fields), cancellationToken);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string application, string? done, RefusedForm? refused, CancellationToken cancellationToken)
    {
        var context = await http.RequestServices.GetRequiredService<PageContexts>().OfAsync(http, cancellationToken);
        var models = http.RequestServices.GetRequiredService<ApplicationModels>();
        var answer = await models.OfAsync(http.Caller(), application, http.Request.Query, cancellationToken);
        if (answer.Value is not { } model) return ErrorResult.Of(http, context, answer.Refusal!);
        if (refused is not null) context = context with { Address = $"/applications/{model.View.Name}" };
        return new RazorComponentResult<ApplicationPage>(new { Context = context, Model = model with { Refused = refused, Done = done } })
        {
            StatusCode = http.Response.StatusCode,
        };
    }
}
