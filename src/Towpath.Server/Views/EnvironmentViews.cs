using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Views;

/// <summary>Shows environments as the board has them: from the projection, the open deployments, and what hosts of targets say.</summary>
public sealed class EnvironmentViews(IStore store, DeploymentViews deployments, IEnumerable<ITargetHost> hosts, TimeProvider time)
{
    /// <summary>All environments of these applications, in four queries however many there are.</summary>
    public async Task<IReadOnlyList<BoardApplication>> BoardAsync(IReadOnlyList<ApplicationSpec> applications, CancellationToken cancellationToken)
    {
        var states = (await store.Environments.AllAsync(cancellationToken)).ToDictionary(state => state.Key);
        var only = applications.Count == 1 ? applications[0].Name : null;
        var open = (await store.Deployments.OpenAsync(only, cancellationToken)).ToLookup(deployment => deployment.Key);
        var watches = (await store.Watches.OfAsync([.. applications.Select(application => application.Name)], cancellationToken)).ToDictionary(watch => watch.Key);
        return [.. applications.Select(application => new BoardApplication(
            application.Name, application.Title ?? application.Name,
            [.. application.Environments.Select(environment => View(new EnvironmentKey(application.Name, environment.Name), states, open) with { Watch = Waiting(watches.GetValueOrDefault(new EnvironmentKey(application.Name, environment.Name))) })]))];
    }

    public async Task<EnvironmentView> ViewAsync(EnvironmentKey key, CancellationToken cancellationToken)
    {
        var state = await store.Environments.GetAsync(key, cancellationToken);
        var watches = await store.Watches.OfAsync([key.Application], cancellationToken);
        return View(state, [.. (await store.Deployments.OpenAsync(key.Application, cancellationToken)).Where(d => d.Key == key)]) with { Watch = Waiting(watches.FirstOrDefault(watch => watch.Key == key)) };
    }

    private static WatchView? Waiting(StoredWatch? watch) => watch is { State: WatchState.Waiting } ? ShowWatches.View(watch, null) : null;

    private EnvironmentView View(EnvironmentKey key, Dictionary<EnvironmentKey, EnvironmentState> states, ILookup<EnvironmentKey, Deployment> open) =>
        View(states.GetValueOrDefault(key) ?? EnvironmentState.Untouched(key), [.. open[key]]);

    private EnvironmentView View(EnvironmentState state, IReadOnlyList<Deployment> open)
    {
        var active = open.FirstOrDefault(deployment => deployment.Phase.IsActive());
        var hosted = hosts.SelectMany(host => host.Hosted).FirstOrDefault(h => h.Key == state.Key);
        return new EnvironmentView
        {
            Application = state.Key.Application,
            Name = state.Key.Environment,
            Running = state.Running,
            KnownGood = state.KnownGood,
            Health = HealthOf(state, active),
            Last = state is { Last: { } last, LastPhase: { } phase } ? new LastDeployment(last, phase) : null,
            Active = active is null ? null : deployments.Summary(active),
            Waiting = [.. open.Where(d => !d.Phase.IsActive()).OrderBy(d => d.QueuedAt ?? DateTimeOffset.MaxValue).ThenBy(d => d.Id.Value, StringComparer.Ordinal).Select(deployments.Summary)],
            Lock = state.Lock is { } held && held.IsHeldAt(time.GetUtcNow()) ? held : null,
            Suspension = state.Suspension,
            Url = hosted?.Url,
            Problem = hosted?.Problem,
        };
    }

    private static Health HealthOf(EnvironmentState state, Deployment? active)
    {
        if (active is not null) return active.Phase == Phase.NeedsAttention ? Health.Failed : Health.Deploying;
        if (state.LastPhase == Phase.RollbackFailed) return Health.Failed;
        // One that was cancelled before its switch put nothing there.
        if (state.Running is null) return state.LastPhase is null or Phase.Cancelled ? Health.Unknown : Health.Failed;
        // A deployment that failed before its switch changed nothing: what succeeded before still runs.
        return state.KnownGood is { } good && good.Digest == state.Running.Digest ? Health.Healthy : Health.Failed;
    }
}
