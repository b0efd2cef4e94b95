using Towpath.Core.Applications;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.Configuration;
using Towpath.Server.Features.GitHub.Deliverybot;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Board;

/// <summary>One application, or all that the caller may read, each with environments, newest builds and problems.</summary>
public sealed class ShowApplications(Configurations configurations, EnvironmentViews views, ConfigurationProblems problems, DeliverybotRecords deliverybot, IStore store, Lookups lookups)
{
    private const int NewestBuilds = 10;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/applications", async (HttpContext http, ShowApplications use, CancellationToken cancellationToken) =>
                (await use.AllAsync(http.Caller(), cancellationToken)).ToHttp())
            .WithName("listApplications").WithSummary("The applications that you may read.").WithTags("applications")
            .Produces<ApplicationList>().Needs(Permission.Read);
        api.MapGet("/applications/{application}", async (string application, HttpContext http, ShowApplications use, CancellationToken cancellationToken) =>
                (await use.OneAsync(http.Caller(), application, cancellationToken)).ToHttp())
            .WithName("showApplication").WithSummary("One application with its environments and newest builds.").WithTags("applications")
            .Produces<ApplicationView>().Needs(Permission.Read);
    }

    public async Task<Answer<ApplicationList>> AllAsync(Caller caller, CancellationToken cancellationToken)
    {
        var configuration = await configurations.CurrentAsync(cancellationToken);
        var rights = new Rights(caller, configuration.Organization);
        var readable = ShowBoard.Readable(configuration, rights);
        var board = await views.BoardAsync(readable, cancellationToken);
        var list = new List<ApplicationView>();
        var translated = await deliverybot.ForAsync(rights, cancellationToken);
        foreach (var (spec, row) in readable.Zip(board)) list.Add(await ViewAsync(spec, row, rights, translated, cancellationToken));
        return new ApplicationList(list);
    }

    public async Task<Answer<ApplicationView>> OneAsync(Caller caller, string name, CancellationToken cancellationToken)
    {
        var found = await lookups.ApplicationAsync(caller, Permission.Read, name, cancellationToken);
        if (found.Value is not { } spec) return found.Refusal!;
        var rights = new Rights(caller, (await configurations.CurrentAsync(cancellationToken)).Organization);
        return await ViewAsync(spec, (await views.BoardAsync([spec], cancellationToken))[0], rights, await deliverybot.ForAsync(rights, cancellationToken), cancellationToken);
    }

    private async Task<ApplicationView> ViewAsync(ApplicationSpec spec, BoardApplication row, Rights rights, IReadOnlyList<DeliverybotView> translated, CancellationToken cancellationToken) => new(
        spec.Name, row.Title, spec.Repository, row.Environments, await store.Builds.ListAsync(spec.Name, NewestBuilds, cancellationToken),
        [.. problems.For(rights).Where(problem => string.Equals(problem.File, $"{ConfigurationFolder.Applications}{spec.Name}.yaml", StringComparison.Ordinal)),
            .. translated.Where(one => string.Equals(one.Application, spec.Name, StringComparison.Ordinal)).SelectMany(one => one.Problems)]);
}
