using Towpath.Core.Deployments;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Deployments;

/// <summary>Cancels a deployment, or lets one go on that needed a person.</summary>
public sealed class ChangeDeployment(Lookups lookups, Decisions decisions, DeploymentViews views)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/deployments/{id}/cancel", async (string id, GiveReason? request, HttpContext http, ChangeDeployment use, CancellationToken cancellationToken) =>
                (await use.CancelAsync(http.Caller(), id, request ?? new GiveReason(), cancellationToken)).ToHttp())
            .WithName("cancelDeployment").WithSummary("Stop a deployment; after its switch that means rolling it back.").WithTags("deployments")
            .Produces<DeploymentView>().Needs(Permission.Deploy);
        api.MapPost("/deployments/{id}/retry", async (string id, GiveReason? request, HttpContext http, ChangeDeployment use, CancellationToken cancellationToken) =>
                (await use.RetryAsync(http.Caller(), id, cancellationToken)).ToHttp())
            .WithName("retryDeployment").WithSummary("Let a deployment that needs attention try again.").WithTags("deployments")
            .Produces<DeploymentView>().Needs(Permission.Deploy);
    }

    public Task<Answer<DeploymentView>> CancelAsync(Caller caller, string id, GiveReason request, CancellationToken cancellationToken) =>
        ApplyAsync(caller, id, Texts.RefuseReason("reason", request.Reason), at => new DeploymentEvent.CancelRequested(at, caller.User, request.Reason), cancellationToken);

    public Task<Answer<DeploymentView>> RetryAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        ApplyAsync(caller, id, null, at => new DeploymentEvent.Retried(at, caller.User), cancellationToken);

    /// <param name="caller">Who is asking.</param>
    /// <param name="id">For which deployment.</param>
    /// <param name="wrong">What is wrong with the request: told only to those who may do it.</param>
    /// <param name="happened">What to do.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    private async Task<Answer<DeploymentView>> ApplyAsync(
        Caller caller, string id, Refusal? wrong, Func<DateTimeOffset, DeploymentEvent> happened, CancellationToken cancellationToken)
    {
        var found = await lookups.DeploymentAsync(caller, Permission.Deploy, id, cancellationToken);
        if (found.Value is not { } deployment) return found.Refusal!;
        if (wrong is not null) return wrong;
        return await decisions.ApplyAsync(deployment.Id, (_, at) => happened(at), null, cancellationToken) switch
        {
            Next next => await views.ViewAsync(next.Deployment, cancellationToken),
            Refused refused => Refusal.Conflict("not_now", $"This cannot be done with {deployment.Key} {deployment.Version} ({deployment.Id.Short}): {refused.Reason}."),
            _ => throw new InvalidOperationException("a decision is the next state or a refusal"),
        };
    }
}
