using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Deployments;

/// <summary>One deployment: who, what, when, why, how far; its journal, its log.</summary>
public sealed class ShowDeployment(Lookups lookups, IStore store, DeploymentViews views)
{
    private const int MostLines = 5000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/deployments/{id}", async (string id, HttpContext http, ShowDeployment use, CancellationToken cancellationToken) =>
                (await use.HandleAsync(http.Caller(), id, cancellationToken)).ToHttp())
            .WithName("showDeployment").WithSummary("One deployment, by its id or at least its last six digits.").WithTags("deployments")
            .Produces<DeploymentView>().Needs(Permission.Read);
        api.MapGet("/deployments/{id}/journal", async (string id, HttpContext http, ShowDeployment use, CancellationToken cancellationToken) =>
                (await use.JournalAsync(http.Caller(), id, cancellationToken)).ToHttp())
            .WithName("showJournal").WithSummary("Every saved transition of a deployment.").WithTags("deployments")
            .Produces<JournalView>().Needs(Permission.Read);
        api.MapGet("/deployments/{id}/log", async (string id, long? after, int? limit, HttpContext http, ShowDeployment use, CancellationToken cancellationToken) =>
                (await use.LogAsync(http.Caller(), id, after ?? 0, limit ?? 1000, cancellationToken)).ToHttp())
            .WithName("readLog").WithSummary("Lines of a deployment's log after a sequence number.").WithTags("deployments")
            .Produces<LogPage>().Needs(Permission.Read);
    }

    public async Task<Answer<DeploymentView>> HandleAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        var found = await lookups.DeploymentAsync(caller, Permission.Read, id, cancellationToken);
        return found.Value is { } deployment ? await views.ViewAsync(deployment, cancellationToken) : found.Refusal!;
    }

    public async Task<Answer<JournalView>> JournalAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        var found = await lookups.DeploymentAsync(caller, Permission.Read, id, cancellationToken);
        return found.Value is { } deployment ? new JournalView(await store.Deployments.JournalAsync(deployment.Id, cancellationToken)) : found.Refusal!;
    }

    public async Task<Answer<LogPage>> LogAsync(Caller caller, string id, long after, int limit, CancellationToken cancellationToken)
    {
        var found = await lookups.DeploymentAsync(caller, Permission.Read, id, cancellationToken);
        if (found.Value is not { } deployment) return found.Refusal!;
        if (limit is < 1 or > MostLines || after < 0) return Refusal.Invalid("bad_limit", $"`limit` is a number from 1 to {MostLines}, `after` a sequence number from 0.");
        // The phase was read before the lines, so that the last lines of one that has ended are all of them.
        var lines = await store.Deployments.LogAsync(deployment.Id, after, limit, cancellationToken);
        return new LogPage(lines, deployment.Phase.IsTerminal() && lines.Count < limit);
    }
}
