using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Builds;

/// <summary>An application's builds, newest first.</summary>
public sealed class ListBuilds(IStore store, Lookups lookups)
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet(
            "/applications/{application}/builds", async (string application, HttpContext http, ListBuilds use, CancellationToken cancellationToken) =>
                (await use.HandleAsync(http.Caller(), application, cancellationToken)).ToHttp())
        .WithName("listBuilds").WithSummary("The newest builds of an application, newest first.").WithTags("builds")
        .Produces<BuildList>().Needs(Permission.Read);

    public async Task<Answer<BuildList>> HandleAsync(Caller caller, string application, CancellationToken cancellationToken)
    {
        var found = await lookups.ApplicationAsync(caller, Permission.Read, application, cancellationToken);
        return found.Refusal is { } refusal ? refusal : new BuildList(await store.Builds.ListAsync(application, Most, cancellationToken));
    }
}
