using Microsoft.AspNetCore.Http.HttpResults;
using Towpath.Server.Dashboard.Errors;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Dashboard.Deliveries;

/// <summary>What GitHub delivered: a list, one with what was sent, and the form that has it handled again.</summary>
internal static class DeliveryRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/github/deliveries", ListAsync).WithName("deliveriesPage").ExcludeFromDescription().Needs(Permission.Administer);
        routes.MapGet("/github/deliveries/{guid}", (string guid, string? done, HttpContext http, CancellationToken cancellationToken) =>
                ShowAsync(http, guid, done, null, cancellationToken))
            .WithName("deliveryPage").ExcludeFromDescription().Needs(Permission.Administer);
        routes.MapPost("/github/deliveries/{guid}/replay", ReplayAsync)
            .WithName("replayDeliveryForm").ExcludeFromDescription().DisableAntiforgery().Needs(Permission.Administer);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ShowDeliveries show, PageContexts contexts, CancellationToken cancellationToken)
    {
        var query = new DeliveryQuery(http.Request.Query["state"], http.Request.Query["before"], DeliveriesPage.PageSize);
        var answer = await show.ListAsync(http.Caller(), query, cancellationToken);
        var context = await contexts.OfAsync(http, cancellationToken);
        return new RazorComponentResult<DeliveriesPage>(new { Context = context, State = query.State, Deliveries = answer.Value?.Deliveries ?? [], Refusal = answer.Refusal?.Reason })
        {
            StatusCode = answer.Refusal?.Status ?? StatusCodes.Status200OK,
        };
    }

    private static async Task<IResult> ReplayAsync(string guid, HttpContext http, ReplayDelivery replay, CancellationToken cancellationToken)
    {
        var answer = await replay.HandleAsync(http.Caller(), guid, cancellationToken);
        if (answer.Refusal is not { } refusal) return new SeeOther($"/github/deliveries/{Uri.EscapeDataString(guid)}?done=replay");
        if (!ErrorResult.IsForPeople(http)) return refusal.ToHttp();
        http.Response.StatusCode = refusal.Status;
        return await ShowAsync(http, guid, null, new RefusedForm("replay", refusal.Reason, FormFields.None), cancellationToken);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string guid, string? done, RefusedForm? refused, CancellationToken cancellationToken)
    {
        var context = await http.RequestServices.GetRequiredService<PageContexts>().OfAsync(http, cancellationToken);
        var answer = await http.RequestServices.GetRequiredService<ShowDeliveries>().OneAsync(http.Caller(), guid, cancellationToken);
        if (answer.Value is not { } detail) return ErrorResult.Of(http, context, answer.Refusal!);
        if (refused is not null) context = context with { Address = $"/github/deliveries/{detail.Delivery.Guid}" };
        return new RazorComponentResult<DeliveryPage>(new { Context = context, Detail = detail, Refused = refused, IsReplayed = done == "replay" })
        {
            StatusCode = http.Response.StatusCode,
        };
    }
}
