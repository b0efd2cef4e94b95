using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Environments;

/// <summary>Keeps an environment still, and lets it go again. Of two who lock at once one holds it, and the other is told who.</summary>
public sealed class LockEnvironments(Lookups lookups, IStore store, Audits audits, EnvironmentViews views, TimeProvider time)
{
    private const string Route = "/applications/{application}/environments/{environment}/lock";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut(Route, async (string application, string environment, LockEnvironment request, HttpContext http, LockEnvironments use, CancellationToken cancellationToken) =>
                (await use.LockAsync(http.Caller(), application, environment, request, cancellationToken)).ToHttp())
            .WithName("lockEnvironment").WithSummary("Keep an environment still until it is unlocked, or for some time.").WithTags("environments")
            .Produces<EnvironmentView>().Needs(Permission.Deploy);
        api.MapDelete(Route, async (string application, string environment, HttpContext http, LockEnvironments use, CancellationToken cancellationToken) =>
                (await use.UnlockAsync(http.Caller(), application, environment, cancellationToken)).ToHttp())
            .WithName("unlockEnvironment").WithSummary("Let an environment go. Another's lock only administrators take away.").WithTags("environments")
            .Produces<EnvironmentView>().Needs(Permission.Deploy);
    }

    public Task<Answer<EnvironmentView>> LockAsync(Caller caller, string application, string environment, LockEnvironment request, CancellationToken cancellationToken) =>
        LockAsync(caller, application, environment, request, null, cancellationToken);

    /// <exception cref="OwnershipLostException">Another node owns the row that <paramref name="alongside"/> is about.</exception>
    public async Task<Answer<EnvironmentView>> LockAsync(
        Caller caller, string application, string environment, LockEnvironment request, Alongside? alongside, CancellationToken cancellationToken)
    {
        var found = await lookups.EnvironmentAsync(caller, Permission.Deploy, application, environment, cancellationToken);
        if (found.Value is not { } place) return found.Refusal!;
        if (Holds.Refuse(request.Reason, request.ExpiresInSeconds, "lock") is { } wrong) return wrong;
        var now = time.GetUtcNow();
        var wanted = new EnvironmentLock(
            caller.User, request.Reason, now, request.ExpiresInSeconds is { } seconds ? now + TimeSpan.FromSeconds(seconds) : null);
        return await ChangeAsync(caller, place, wanted, alongside, cancellationToken);
    }

    public Task<Answer<EnvironmentView>> UnlockAsync(Caller caller, string application, string environment, CancellationToken cancellationToken) =>
        UnlockAsync(caller, application, environment, null, cancellationToken);

    /// <exception cref="OwnershipLostException">Another node owns the row that <paramref name="alongside"/> is about.</exception>
    public async Task<Answer<EnvironmentView>> UnlockAsync(Caller caller, string application, string environment, Alongside? alongside, CancellationToken cancellationToken)
    {
        var found = await lookups.EnvironmentAsync(caller, Permission.Deploy, application, environment, cancellationToken);
        return found.Value is { } place ? await ChangeAsync(caller, place, null, alongside, cancellationToken) : found.Refusal!;
    }

    private async Task<Answer<EnvironmentView>> ChangeAsync(
        Caller caller, EnvironmentOfApplication place, EnvironmentLock? wanted, Alongside? alongside, CancellationToken cancellationToken)
    {
        var administers = (await lookups.ApplicationAsync(caller, Permission.Administer, place.Application.Name, cancellationToken)).Refusal is null;
        while (true)
        {
            var state = await store.Environments.GetAsync(place.Key, cancellationToken);
            var held = state.Lock is { } known && known.IsHeldAt(time.GetUtcNow()) ? known : null;
            if (Refuse(caller, state, held, wanted, administers) is { } no) return no;
            IReadOnlyList<Change> changes = wanted is null && state.Lock is null ? [] : Changes(caller, state, held, wanted);
            if (changes.Count == 0 && alongside is null) return await views.ViewAsync(place.Key, cancellationToken);
            var outcome = await store.CommitAsync(new Commit { Fence = alongside?.Fence, Changes = [.. changes, .. alongside?.Changes(null) ?? []] }, cancellationToken);
            if (outcome is CommitOutcome.Fenced) throw new OwnershipLostException();
            if (outcome is CommitOutcome.Committed) return await views.ViewAsync(place.Key, cancellationToken);
        }
    }

    private static Refusal? Refuse(Caller caller, EnvironmentState state, EnvironmentLock? held, EnvironmentLock? wanted, bool administers)
    {
        if (held is null || string.Equals(held.Owner, caller.User, StringComparison.Ordinal) || (wanted is null && administers)) return null;
        return Refusal.Conflict(
            "locked", $"{state.Key} is locked by {held.Owner} since {held.LockedAt:u}: {held.Reason}. Ask {held.Owner} to unlock it, or an administrator.");
    }

    private IReadOnlyList<Change> Changes(Caller caller, EnvironmentState state, EnvironmentLock? held, EnvironmentLock? wanted)
    {
        var details = wanted is null
            ? new JsonObject { ["owner"] = held?.Owner, ["reason"] = held?.Reason }
            : new JsonObject { ["reason"] = wanted.Reason, ["expires_at"] = wanted.ExpiresAt?.ToString("O") };
        return
        [
            new Change.ExpectGateVersion(state.Key, state.GateVersion), new Change.SetLock(state.Key, wanted),
            audits.Of(caller.User, wanted is null ? "environment.unlocked" : "environment.locked", state.Key, details),
            Transitions.EvaluateApplication(state.Key.Application),
        ];
    }
}
