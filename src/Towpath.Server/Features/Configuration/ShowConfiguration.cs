using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Configuration;

/// <summary>Which configuration is in force, since when and from which commit, and what keeps a newer one out.</summary>
public sealed class ShowConfiguration(IStore store, ConfigurationProblems problems, Access access)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/configuration", async (HttpContext http, ShowConfiguration use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), cancellationToken)).ToHttp())
        .WithName("showConfiguration").WithSummary("Which configuration is in force, and what is wrong with a newer one.").WithTags("configuration")
        .Produces<ConfigurationView>().Needs(Permission.Read);

    public async Task<Answer<ConfigurationView>> HandleAsync(Caller caller, CancellationToken cancellationToken)
    {
        var visible = problems.For(await access.OfAsync(caller, cancellationToken));
        return await store.Configuration.CurrentAsync(cancellationToken) is { } current
            ? new ConfigurationView(current.Revision, current.Source, current.TakenUpAt, visible)
            : new ConfigurationView("", null, null, visible);
    }
}
