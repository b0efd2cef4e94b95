using Microsoft.AspNetCore.Http.HttpResults;
using Towpath.Server.Dashboard.Errors;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Features.Board;
using Towpath.Server.Security;

namespace Towpath.Server.Dashboard.Board;

/// <summary>The first page: every application on every environment.</summary>
internal static class BoardRoute
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", ShowAsync).WithName("boardPage").ExcludeFromDescription().Needs(Permission.Read);

    private static async Task<IResult> ShowAsync(HttpContext http, ShowBoard board, PageContexts contexts, CancellationToken cancellationToken)
    {
        var context = await contexts.OfAsync(http, cancellationToken);
        var answer = await board.HandleAsync(http.Caller(), cancellationToken);
        if (answer.Value is not { } view) return ErrorResult.Of(http, context, answer.Refusal!);
        var model = BoardModel.Of(view, BoardFilter.Of(http.Request.Query));
        return new RazorComponentResult<BoardPage>(new { Context = context, Model = model });
    }
}
