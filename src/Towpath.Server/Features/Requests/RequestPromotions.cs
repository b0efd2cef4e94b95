using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Previews;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Requests;

/// <summary>Asks for a build to go to an environment. It passes the same gates as an automatic request.</summary>
public sealed class RequestPromotions(Lookups lookups, IStore store, Promotions promotions, DeploymentViews views, PreviewPulls pulls)
{
    /// <summary>How far back the newest build is looked for behind those of pull requests.</summary>
    private const int Newest = 100;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/promotions", async (RequestPromotion request, HttpContext http, RequestPromotions use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), request, cancellationToken)).ToHttp(view => $"/api/v1/deployments/{view.Id}"))
        .WithName("requestPromotion").WithSummary("Ask for a version to go to an environment; without `version`, the newest build.").WithTags("deployments")
        .Produces<DeploymentView>(StatusCodes.Status201Created).Needs(Permission.Deploy);

    public Task<Answer<DeploymentView>> HandleAsync(Caller caller, RequestPromotion request, CancellationToken cancellationToken) =>
        HandleAsync(caller, request, null, cancellationToken);

    /// <param name="caller">Who asks.</param>
    /// <param name="request">What for.</param>
    /// <param name="place">Where it was asked, other than through the API.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Answer<DeploymentView>> HandleAsync(Caller caller, RequestPromotion request, AskedInPull? place, CancellationToken cancellationToken)
    {
        var found = await lookups.EnvironmentAsync(caller, Permission.Deploy, request.Application, request.Environment, cancellationToken);
        if (found.Value is not { } environment) return found.Refusal!;
        if (Texts.RefuseReason("reason", request.Reason) is { } wrong) return wrong;
        if (await pulls.RefuseAsync(environment.Application, environment.Environment.Name, cancellationToken) is { } no) return no;
        var build = await BuildAsync(request, cancellationToken);
        if (build.Value is not { } promoted) return build.Refusal!;
        if (!PullRequestGate.MayGo(promoted.Pull, request.Environment)) return OfPull(promoted, request.Environment);
        var deployment = await promotions.RequestAsync(
            new PromotionRequest(environment.Key, promoted, Origin.Manual, caller.User, request.Reason) { Pull = place?.Pull }, place?.Alongside, cancellationToken);
        return Answer.New(await views.ViewAsync(deployment, cancellationToken));
    }

    private static Refusal OfPull(Build build, string environment) => Refusal.Unprocessable(
        "pull_request_build", $"{build.Version} was built for pull request #{build.Pull}, and goes to its previews only, not to '{PlainLines.Of(environment)}'. Merge it, and promote what is built then.");

    private async Task<Answer<Build>> BuildAsync(RequestPromotion request, CancellationToken cancellationToken)
    {
        if (request.Version is { } version)
            return await store.Builds.FindByVersionAsync(request.Application, version, cancellationToken) is { } named
                ? named
                : Refusal.NotFound("no_such_version", $"'{request.Application}' has no version '{PlainLines.Of(version)}'. `towpath history {request.Application}` lists what there is.");
        return (await store.Builds.ListAsync(request.Application, Newest, cancellationToken)).FirstOrDefault(build => PullRequestGate.MayGo(build.Pull, request.Environment)) is { } newest
            ? newest
            : Refusal.NotFound("no_builds", $"No build of '{request.Application}' was reported yet. `towpath build add` reports one.");
    }
}
