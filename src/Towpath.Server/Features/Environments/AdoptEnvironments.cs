using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Environments;

/// <summary>Takes over what a target runs already as the known good state: what a failed deployment goes back to. Nothing is deployed.</summary>
public sealed class AdoptEnvironments(Lookups lookups, TargetEyes eyes, AdoptedBuilds builds, Adoptions adoptions, IStore store)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost(
            "/applications/{application}/environments/{environment}/adopt",
            async (string application, string environment, AdoptEnvironment? request, HttpContext http, AdoptEnvironments use, CancellationToken cancellationToken) =>
                (await use.HandleAsync(http.Caller(), application, environment, request ?? new AdoptEnvironment(), cancellationToken))
                    .ToHttp(view => $"/api/v1/deployments/{view.Deployment}"))
        .WithName("adoptEnvironment").WithSummary("Take over what runs there already as the known good state, without deploying anything.")
        .WithDescription("201 when it was taken over, 200 when it was the known good state before, 409 while something is deployed there, and where nothing healthy runs.")
        .WithTags("environments").Produces<AdoptionView>(StatusCodes.Status201Created).Produces<AdoptionView>().Needs(Permission.Deploy);

    public async Task<Answer<AdoptionView>> HandleAsync(Caller caller, string application, string environment, AdoptEnvironment request, CancellationToken cancellationToken)
    {
        var found = await lookups.EnvironmentAsync(caller, Permission.Deploy, application, environment, cancellationToken);
        if (found.Value is not { } place) return found.Refusal!;
        if (request.Version is { } version && Texts.RefuseVersion(version) is { } wrong) return wrong;
        while (true)
        {
            // Read before the look: what is deployed after it makes the commit a conflict.
            var state = await store.Environments.GetAsync(place.Key, cancellationToken);
            if (state.Active is { } active) return Busy(place, active);
            var looked = await LookAsync(place, cancellationToken);
            if (looked.Value is not { } seen) return looked.Refusal!;
            if (IsKnownGood(state, Build.DigestOf(seen.Artifacts))) return View(state.KnownGood!, place, seen, already: true);
            var chosen = await builds.FindAsync(caller, application, request.Version, seen, cancellationToken);
            if (chosen.Value is not { } adopted) return chosen.Refusal!;
            var wanted = new AdoptionRequest(state, adopted.Build, adopted.IsNew, caller.User, seen.Since, seen.Summary);
            if (await adoptions.AdoptAsync(wanted, builds.Record(caller, adopted), cancellationToken) is { } deployment) return Answer.New(View(RunningOf(deployment, seen), place, seen, already: false));
        }
    }

    private async Task<Answer<Observation>> LookAsync(EnvironmentOfApplication place, CancellationToken cancellationToken) => await eyes.ObserveAsync(place, cancellationToken) switch
    {
        ObserveResult.Seen { Observation: var seen } => Adoption.Refuse(place.Key, seen) is { } no ? Refusal.Conflict(no.Code, no.Reason + ".") : seen,
        ObserveResult.Refused { Kind: Core.Targets.RefusalKind.Technical } refused => Refusal.ThirdParty("unreachable_target", refused.Reason),
        ObserveResult.Refused { Kind: Core.Targets.RefusalKind.NotAllowed } refused => Refusal.Unprocessable("target_denied", refused.Reason),
        ObserveResult.Refused refused => Refusal.Unprocessable("target_refused", refused.Reason),
        var other => throw new InvalidOperationException($"a target answered {other.GetType().Name}"),
    };

    private static bool IsKnownGood(EnvironmentState state, Digest digest) => state.KnownGood?.Digest == digest && state.Running?.Digest == digest;

    private static RunningVersion RunningOf(Deployment deployment, Observation seen) =>
        new(deployment.Id, deployment.BuildId, deployment.Version, deployment.Digest, seen.Since ?? deployment.RequestedAt);

    private static AdoptionView View(RunningVersion running, EnvironmentOfApplication place, Observation seen, bool already) => new()
    {
        Application = place.Key.Application, Environment = place.Key.Environment, Version = running.Version, Digest = running.Digest,
        Since = seen.Since ?? running.Since, Seen = seen.Summary, Already = already, Deployment = running.Deployment.Value,
    };

    private static Refusal Busy(EnvironmentOfApplication place, DeploymentId active) =>
        Refusal.Conflict("deploying", $"The deployment {active.Short} is under way on {place.Key}. Wait for its end, or cancel it, then adopt what runs.");
}
