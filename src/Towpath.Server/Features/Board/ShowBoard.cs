using Towpath.Core.Applications;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.Configuration;
using Towpath.Server.Features.GitHub.Deliverybot;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Board;

/// <summary>Applications × environments, as far as the caller may read.</summary>
public sealed class ShowBoard(Configurations configurations, EnvironmentViews views, ConfigurationProblems problems, DeliverybotRecords deliverybot)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/board", async (HttpContext http, ShowBoard use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), cancellationToken)).ToHttp())
        .WithName("showBoard").WithSummary("Every environment of every application: what runs, what is on its way, what waits for whom.").WithTags("applications")
        .Produces<BoardView>().Needs(Permission.Read);

    public async Task<Answer<BoardView>> HandleAsync(Caller caller, CancellationToken cancellationToken)
    {
        var configuration = await configurations.CurrentAsync(cancellationToken);
        var rights = new Rights(caller, configuration.Organization);
        var readable = Readable(configuration, rights);
        return new BoardView(readable.Count == 0 ? [] : await views.BoardAsync(readable, cancellationToken), [.. problems.For(rights), .. await deliverybot.ProblemsAsync(rights, cancellationToken)]);
    }

    internal static IReadOnlyList<ApplicationSpec> Readable(Core.Applications.Configuration configuration, Rights rights) =>
        [.. configuration.Applications.Values.Where(a => rights.May(Permission.Read, a.Name)).OrderBy(a => a.Name, StringComparer.Ordinal)];
}
