using Microsoft.AspNetCore.Http.HttpResults;
using Towpath.Server.Dashboard.Errors;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Dashboard.Deployments;

/// <summary>The page of one deployment and the forms on it.</summary>
internal static class DeploymentRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/deployments/{id}", (string id, long? from, string? done, HttpContext http, CancellationToken cancellationToken) =>
                ShowAsync(http, id, from, done, null, cancellationToken))
            .WithName("deploymentPage").ExcludeFromDescription().Needs(Permission.Read);
        foreach (var form in DeploymentForms.All)
            routes.MapPost($"/deployments/{{id}}/{form.Name}", (string id, HttpContext http, DeploymentForms forms, CancellationToken cancellationToken) =>
                    SendAsync(http, id, form, forms, cancellationToken))
                .WithName($"{form.Name}DeploymentForm").ExcludeFromDescription().DisableAntiforgery().Needs(form.Permission);
    }

    private static async Task<IResult> SendAsync(HttpContext http, string id, DeploymentForm form, DeploymentForms forms, CancellationToken cancellationToken)
    {
        var fields = await FormFields.ReadAsync(http, cancellationToken);
        var outcome = await form.SendAsync(forms, http.Caller(), id, fields, cancellationToken);
        if (outcome.Refusal is not { } refusal) return new SeeOther(outcome.GoTo ?? $"/deployments/{Uri.EscapeDataString(id)}?done={form.Name}");
        if (!ErrorResult.IsForPeople(http)) return refusal.ToHttp();
        http.Response.StatusCode = refusal.Status;
        return await ShowAsync(http, id, null, null, new RefusedForm(form.Name, refusal.Reason, fields), cancellationToken);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string id, long? from, string? done, RefusedForm? refused, CancellationToken cancellationToken)
    {
        var context = await http.RequestServices.GetRequiredService<PageContexts>().OfAsync(http, cancellationToken);
        var answer = await http.RequestServices.GetRequiredService<DeploymentModels>().OfAsync(http.Caller(), id, from, cancellationToken);
        if (answer.Value is not { } model) return ErrorResult.Of(http, context, answer.Refusal!);
        // A refused form stands at the form's own address; links and updates of the page use the deployment's.
        if (refused is not null) context = context with { Address = $"/deployments/{model.View.Id}" };
        return new RazorComponentResult<DeploymentPage>(new { Context = context, Model = model with { Refused = refused, Done = done } })
        {
            StatusCode = http.Response.StatusCode,
        };
    }
}
