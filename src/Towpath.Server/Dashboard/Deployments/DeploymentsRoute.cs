using Microsoft.AspNetCore.Http.HttpResults;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Features.Deployments;
using Towpath.Server.Security;

namespace Towpath.Server.Dashboard.Deployments;

/// <summary>Deployments of all applications, newest first; failed ones are never left out.</summary>
internal static class DeploymentsRoute
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/deployments", ShowAsync).WithName("deploymentsPage").ExcludeFromDescription().Needs(Permission.Read);

    private static async Task<IResult> ShowAsync(HttpContext http, ListDeployments list, PageContexts contexts, CancellationToken cancellationToken)
    {
        var filter = PhaseFilter.Of(http.Request.Query);
        var answer = await list.HandleAsync(http.Caller(), filter.Query(PhaseFilter.PageSize), cancellationToken);
        return new RazorComponentResult<DeploymentsPage>(new
        {
            Context = await contexts.OfAsync(http, cancellationToken),
            Filter = filter,
            Deployments = answer.Value?.Deployments ?? [],
            Refusal = answer.Refusal?.Reason,
        })
        {
            StatusCode = answer.Refusal?.Status ?? StatusCodes.Status200OK,
        };
    }
}
