using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Views;

/// <summary>Shows environments as the board has them: from the projection, the open deployments, what waits before there is one, and where people find what runs.</summary>
public sealed class EnvironmentViews(IStore store, Configurations configurations, DeploymentViews deployments, EnvironmentUrls urls, TimeProvider time)
{
    /// <summary>All environments of these applications, in five queries however many there are.</summary>
    public async Task<IReadOnlyList<BoardApplication>> BoardAsync(IReadOnlyList<ApplicationSpec> applications, CancellationToken cancellationToken)
    {
        var states = (await store.Environments.AllAsync(cancellationToken)).ToDictionary(state => state.Key);
        var only = applications.Count == 1 ? applications[0].Name : null;
        var open = (await store.Deployments.OpenAsync(only, cancellationToken)).ToLookup(deployment => deployment.Key);
        var watches = (await store.Watches.OfAsync([.. applications.Select(application => application.Name)], cancellationToken)).ToDictionary(watch => watch.Key);
        var shown = applications.Select(application => (application, Environments: application.Environments.Select(environment => Shown(new EnvironmentKey(application.Name, environment.Name), environment)).ToList())).ToList();
        var running = await RunningAsync(shown.SelectMany(one => one.Environments), cancellationToken);
        return [.. shown.Select(one => new BoardApplication(one.application.Name, one.application.Title ?? one.application.Name, [.. one.Environments.Select(environment => View(environment, running))]))];

        ShownEnvironment Shown(EnvironmentKey key, EnvironmentSpec spec) => new(states.GetValueOrDefault(key) ?? EnvironmentState.Untouched(key), spec, [.. open[key]], watches.GetValueOrDefault(key));
    }

    public async Task<EnvironmentView> ViewAsync(EnvironmentKey key, CancellationToken cancellationToken)
    {
        var spec = (await configurations.CurrentAsync(cancellationToken)).FindEnvironment(key);
        var state = await store.Environments.GetAsync(key, cancellationToken);
        var watches = await store.Watches.OfAsync([key.Application], cancellationToken);
        var shown = new ShownEnvironment(state, spec, [.. (await store.Deployments.OpenAsync(key.Application, cancellationToken)).Where(d => d.Key == key)], watches.FirstOrDefault(watch => watch.Key == key));
        return View(shown, await RunningAsync([shown], cancellationToken));
    }

    /// <summary>The deployments that alone can tell where what they brought is found.</summary>
    private async Task<IReadOnlyDictionary<DeploymentId, Deployment>> RunningAsync(IEnumerable<ShownEnvironment> shown, CancellationToken cancellationToken)
    {
        DeploymentId[] asked = [.. shown.Where(one => one.State.Running is not null && urls.AsksDeployment(one.State.Key, one.Spec)).Select(one => one.State.Running!.Deployment)];
        return asked.Length == 0 ? NoDeployments : (await store.Deployments.OfAsync(asked, cancellationToken)).ToDictionary(deployment => deployment.Id);
    }

    private static readonly Dictionary<DeploymentId, Deployment> NoDeployments = [];

    private EnvironmentView View(ShownEnvironment shown, IReadOnlyDictionary<DeploymentId, Deployment> running)
    {
        var (state, open) = (shown.State, shown.Open);
        var active = open.FirstOrDefault(deployment => deployment.Phase.IsActive());
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
            Pin = state.Pin is { } pin && pin.IsHeldAt(time.GetUtcNow()) ? pin : null,
            Suspension = state.Suspension,
            Watch = shown.Watch is { State: WatchState.Waiting } watch ? ShowWatches.View(watch, null) : null,
            Url = urls.Of(state.Key, shown.Spec, state.Running is { } runs ? running.GetValueOrDefault(runs.Deployment) : null, state.Running is not null),
            Problem = urls.Hosted(state.Key)?.Problem,
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

    private sealed record ShownEnvironment(EnvironmentState State, EnvironmentSpec? Spec, IReadOnlyList<Deployment> Open, StoredWatch? Watch);
}
