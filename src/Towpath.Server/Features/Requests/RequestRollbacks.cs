using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Previews;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Requests;

/// <summary>Goes back by hand: a new deployment of a version that succeeded on this environment before, through its own gates.</summary>
public sealed class RequestRollbacks(Lookups lookups, IStore store, Promotions promotions, DeploymentViews views, PreviewPulls pulls)
{
    private const int Depth = 500;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/rollbacks", async (RequestRollback request, HttpContext http, RequestRollbacks use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), request, cancellationToken)).ToHttp(view => $"/api/v1/deployments/{view.Id}"))
        .WithName("requestRollback").WithSummary("Ask for an earlier version to come back; without `to`, the one that succeeded before the one that runs.").WithTags("deployments")
        .Produces<DeploymentView>(StatusCodes.Status201Created).Needs(Permission.Deploy);

    public Task<Answer<DeploymentView>> HandleAsync(Caller caller, RequestRollback request, CancellationToken cancellationToken) =>
        HandleAsync(caller, request, null, cancellationToken);

    /// <inheritdoc cref="RequestPromotions.HandleAsync(Caller, RequestPromotion, AskedInPull?, CancellationToken)"/>
    public async Task<Answer<DeploymentView>> HandleAsync(Caller caller, RequestRollback request, AskedInPull? place, CancellationToken cancellationToken)
    {
        var found = await lookups.EnvironmentAsync(caller, Permission.Deploy, request.Application, request.Environment, cancellationToken);
        if (found.Value is not { } environment) return found.Refusal!;
        if (Texts.RefuseReason("reason", request.Reason) is { } wrong) return wrong;
        if (await pulls.RefuseAsync(environment.Application, environment.Environment.Name, cancellationToken) is { } no) return no;
        if (await EarlierAsync(environment.Key, request.To, cancellationToken) is not { } earlier) return NothingEarlier(environment.Key, request.To);
        var build = await store.Builds.GetAsync(earlier.BuildId, cancellationToken)
            ?? throw new InvalidOperationException($"deployment {earlier.Id} names a build that is not there");
        var deployment = await promotions.RequestAsync(
            new PromotionRequest(environment.Key, build, Origin.Rollback, caller.User, request.Reason) { Pull = place?.Pull }, place?.Alongside, cancellationToken);
        return Answer.New(await views.ViewAsync(deployment, cancellationToken));
    }

    private async Task<Deployment?> EarlierAsync(EnvironmentKey key, string? version, CancellationToken cancellationToken)
    {
        var filter = new DeploymentFilter(key.Application, key.Environment, [Phase.Succeeded], Limit: Depth);
        var succeeded = await store.Deployments.ListAsync(filter, cancellationToken);
        if (version is not null) return succeeded.FirstOrDefault(d => string.Equals(d.Version, version, StringComparison.Ordinal));
        var running = (await store.Environments.GetAsync(key, cancellationToken)).Running;
        // What ran before it, not what came back to after it: the search starts behind the newest success of what runs.
        var from = succeeded.TakeWhile(d => d.Digest != running?.Digest).Count();
        return succeeded.Skip(from < succeeded.Count ? from : 0).FirstOrDefault(d => d.Digest != running?.Digest);
    }

    private static Refusal NothingEarlier(EnvironmentKey key, string? version) => version is null
        ? Refusal.Unprocessable("nothing_earlier", $"No earlier version is known to have succeeded on {key}, so there is nothing to go back to.")
        : Refusal.Unprocessable("never_succeeded", $"'{PlainLines.Of(version)}' never succeeded on {key}. A rollback goes to a version that did; promote it instead, or name another.");
}
