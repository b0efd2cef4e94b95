using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Work;

/// <summary>Work that failed too often and waits for a person.</summary>
public sealed class ShowSetAside(IStore store, Access access)
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/work/set-aside", async (HttpContext http, ShowSetAside use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), cancellationToken)).ToHttp())
        .WithName("listSetAside").WithSummary("Work that failed too often and was set aside.").WithTags("work")
        .Produces<SetAsideList>().Needs(Permission.Administer);

    public async Task<Answer<SetAsideList>> HandleAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        return new SetAsideList(await store.Work.SetAsideAsync(Most, cancellationToken));
    }
}
