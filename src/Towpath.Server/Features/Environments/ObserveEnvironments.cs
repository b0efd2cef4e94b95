using Towpath.Core.Artifacts;
using Towpath.Core.Environments;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Environments;

/// <summary>Asks a target what runs there now, and holds it against what Towpath believes. Changes nothing.</summary>
public sealed class ObserveEnvironments(Lookups lookups, TargetEyes eyes, IStore store, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet(
            "/applications/{application}/environments/{environment}/observation",
            async (string application, string environment, HttpContext http, ObserveEnvironments use, CancellationToken cancellationToken) =>
                (await use.HandleAsync(http.Caller(), application, environment, cancellationToken)).ToHttp())
        .WithName("observeEnvironment").WithSummary("What runs there now, as the target itself says, and whether Towpath believes the same.").WithTags("environments")
        .WithDescription("A target that cannot be asked is answered with `health` unknown and a `problem`.")
        .Produces<ObservationView>().Needs(Permission.Read);

    public async Task<Answer<ObservationView>> HandleAsync(Caller caller, string application, string environment, CancellationToken cancellationToken)
    {
        var found = await lookups.EnvironmentAsync(caller, Permission.Read, application, environment, cancellationToken);
        if (found.Value is not { } place) return found.Refusal!;
        var result = await eyes.ObserveAsync(place, cancellationToken);
        return View(place, result, (await store.Environments.GetAsync(place.Key, cancellationToken)).Running);
    }

    private ObservationView View(EnvironmentOfApplication place, ObserveResult result, RunningVersion? believed)
    {
        var blank = new ObservationView
        {
            Application = place.Key.Application, Environment = place.Key.Environment, Target = place.Environment.Target.Kind, ObservedAt = time.GetUtcNow(), Believed = believed,
        };
        if (result is not ObserveResult.Seen { Observation: var seen }) return blank with { Problem = ((ObserveResult.Refused)result).Reason };
        var digest = seen.Artifacts.Count == 0 ? (Digest?)null : Build.DigestOf(seen.Artifacts);
        return blank with
        {
            Health = seen.Health, Summary = seen.Summary, Version = seen.Version, Since = seen.Since, Digest = digest, Artifacts = seen.Artifacts,
            Agrees = Agrees(seen.Health, digest, believed),
        };
    }

    private static bool? Agrees(TargetHealth health, Digest? seen, RunningVersion? believed) =>
        seen is not null ? seen == believed?.Digest : health == TargetHealth.Nothing ? believed is null : null;
}
