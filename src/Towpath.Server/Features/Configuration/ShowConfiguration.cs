using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Deliverybot;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Configuration;

/// <summary>Which configuration is in force, since when and from which commit, and what keeps a newer one out.</summary>
public sealed class ShowConfiguration(IStore store, ConfigurationProblems problems, DeliverybotRecords deliverybot, Access access)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/configuration", async (HttpContext http, ShowConfiguration use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), cancellationToken)).ToHttp())
        .WithName("showConfiguration").WithSummary("Which configuration is in force, and what is wrong with a newer one.").WithTags("configuration")
        .Produces<ConfigurationView>().Needs(Permission.Read);

    public async Task<Answer<ConfigurationView>> HandleAsync(Caller caller, CancellationToken cancellationToken)
    {
        var rights = await access.OfAsync(caller, cancellationToken);
        var current = await store.Configuration.CurrentAsync(cancellationToken);
        return new ConfigurationView(current?.Revision ?? "", current?.Source, current?.TakenUpAt, problems.For(rights)) { Deliverybot = await deliverybot.ForAsync(rights, cancellationToken) };
    }
}
