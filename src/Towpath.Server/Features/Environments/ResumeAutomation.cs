using System.Text.Json.Nodes;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Environments;

/// <summary>Lets automatic promotion to an environment go on that stood still since a rollback.</summary>
public sealed class ResumeAutomation(Lookups lookups, IStore store, Audits audits, EnvironmentViews views)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapDelete(
            "/applications/{application}/environments/{environment}/suspension",
            async (string application, string environment, HttpContext http, ResumeAutomation use, CancellationToken cancellationToken) =>
                (await use.HandleAsync(http.Caller(), application, environment, cancellationToken)).ToHttp())
        .WithName("resumeAutomation").WithSummary("Let automatic promotion go on after a rollback.").WithTags("environments")
        .Produces<EnvironmentView>().Needs(Permission.Deploy);

    public async Task<Answer<EnvironmentView>> HandleAsync(Caller caller, string application, string environment, CancellationToken cancellationToken)
    {
        var found = await lookups.EnvironmentAsync(caller, Permission.Deploy, application, environment, cancellationToken);
        if (found.Value is not { } place) return found.Refusal!;
        while (true)
        {
            var state = await store.Environments.GetAsync(place.Key, cancellationToken);
            if (state.Suspension is not { } suspension) return await views.ViewAsync(place.Key, cancellationToken);
            var commit = new Commit { Changes = Changes(caller, state, suspension) };
            if (await store.CommitAsync(commit, cancellationToken) is CommitOutcome.Committed) return await views.ViewAsync(place.Key, cancellationToken);
        }
    }

    private IReadOnlyList<Change> Changes(Caller caller, EnvironmentState state, Suspension suspension) =>
    [
        new Change.ExpectGateVersion(state.Key, state.GateVersion), new Change.SetSuspension(state.Key, null),
        audits.Of(caller.User, "automation.resumed", state.Key, new JsonObject { ["deployment"] = suspension.Deployment.Value, ["reason"] = suspension.Reason }),
        Transitions.EvaluateApplication(state.Key.Application),
    ];
}
