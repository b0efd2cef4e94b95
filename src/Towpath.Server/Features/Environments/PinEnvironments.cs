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

/// <summary>Keeps an environment on one version, and lets it go again. Another's pin only administrators take away.</summary>
public sealed class PinEnvironments(Lookups lookups, IStore store, Audits audits, EnvironmentViews views, TimeProvider time)
{
    private const string Route = "/applications/{application}/environments/{environment}/pin";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut(Route, async (string application, string environment, PinEnvironment request, HttpContext http, PinEnvironments use, CancellationToken cancellationToken) =>
                (await use.PinAsync(http.Caller(), application, environment, request, cancellationToken)).ToHttp())
            .WithName("pinEnvironment").WithSummary("Keep an environment on one version until it is unpinned, or for some time: no other is deployed there.").WithTags("environments")
            .Produces<EnvironmentView>().Needs(Permission.Deploy);
        api.MapDelete(Route, async (string application, string environment, HttpContext http, PinEnvironments use, CancellationToken cancellationToken) =>
                (await use.UnpinAsync(http.Caller(), application, environment, cancellationToken)).ToHttp())
            .WithName("unpinEnvironment").WithSummary("Let other versions in again. Another's pin only administrators take away.").WithTags("environments")
            .Produces<EnvironmentView>().Needs(Permission.Deploy);
    }

    public async Task<Answer<EnvironmentView>> PinAsync(Caller caller, string application, string environment, PinEnvironment request, CancellationToken cancellationToken)
    {
        var found = await lookups.EnvironmentAsync(caller, Permission.Deploy, application, environment, cancellationToken);
        if (found.Value is not { } place) return found.Refusal!;
        if (Holds.Refuse(request.Reason, request.ExpiresInSeconds, "pin") is { } wrong) return wrong;
        if (await store.Builds.FindByVersionAsync(place.Application.Name, request.Version, cancellationToken) is not { } build)
            return Refusal.NotFound("no_such_version", $"'{place.Application.Name}' has no version '{PlainLines.Of(request.Version)}'. `towpath history {place.Application.Name}` lists what there is.");
        var now = time.GetUtcNow();
        var wanted = new EnvironmentPin(
            caller.User, request.Reason, build.Version, build.Digest, now, request.ExpiresInSeconds is { } seconds ? now + TimeSpan.FromSeconds(seconds) : null);
        return await ChangeAsync(caller, place, wanted, cancellationToken);
    }

    public async Task<Answer<EnvironmentView>> UnpinAsync(Caller caller, string application, string environment, CancellationToken cancellationToken)
    {
        var found = await lookups.EnvironmentAsync(caller, Permission.Deploy, application, environment, cancellationToken);
        return found.Value is { } place ? await ChangeAsync(caller, place, null, cancellationToken) : found.Refusal!;
    }

    private async Task<Answer<EnvironmentView>> ChangeAsync(Caller caller, EnvironmentOfApplication place, EnvironmentPin? wanted, CancellationToken cancellationToken)
    {
        var administers = (await lookups.ApplicationAsync(caller, Permission.Administer, place.Application.Name, cancellationToken)).Refusal is null;
        while (true)
        {
            var state = await store.Environments.GetAsync(place.Key, cancellationToken);
            var held = state.Pin is { } known && known.IsHeldAt(time.GetUtcNow()) ? known : null;
            if (held is not null && !string.Equals(held.Owner, caller.User, StringComparison.Ordinal) && (wanted is not null || !administers))
                return Refusal.Conflict(
                    "pinned", $"{state.Key} is pinned to {held.Version} by {held.Owner} since {held.PinnedAt:u}: {held.Reason}. Ask {held.Owner} to unpin it, or an administrator.");
            if (wanted is null && state.Pin is null) return await views.ViewAsync(place.Key, cancellationToken);
            // Refused by the store means: a lock, a pin or a suspension came in between. Look again.
            if (await store.CommitAsync(new Commit { Changes = Changes(caller, state, wanted) }, cancellationToken) is CommitOutcome.Committed)
                return await views.ViewAsync(place.Key, cancellationToken);
        }
    }

    private IReadOnlyList<Change> Changes(Caller caller, EnvironmentState state, EnvironmentPin? wanted)
    {
        var about = wanted ?? state.Pin!;
        var details = new JsonObject { ["version"] = about.Version, ["digest"] = about.Digest.Value, ["reason"] = about.Reason, ["owner"] = about.Owner, ["expires_at"] = about.ExpiresAt?.ToString("O") };
        return
        [
            new Change.ExpectGateVersion(state.Key, state.GateVersion), new Change.SetPin(state.Key, wanted),
            audits.Of(caller.User, wanted is null ? "environment.unpinned" : "environment.pinned", state.Key, details),
            Transitions.EvaluateApplication(state.Key.Application),
        ];
    }
}
