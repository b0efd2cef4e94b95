using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Me;

/// <summary>Tells who one is here.</summary>
public sealed class ShowMe(Access access)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/me", async (HttpContext http, ShowMe use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), cancellationToken)).ToHttp())
        .WithName("showMe").WithSummary("Who am I, and what may I do?").WithTags("access")
        .Produces<MeView>().NeedsCaller();

    public async Task<Answer<MeView>> HandleAsync(Caller caller, CancellationToken cancellationToken)
    {
        var rights = await access.OfAsync(caller, cancellationToken);
        return new MeView(caller.User, rights.Roles, caller.Scopes, rights.May(Permission.Administer, null));
    }
}
