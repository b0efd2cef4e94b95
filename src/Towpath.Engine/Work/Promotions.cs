using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>A request that a build go to an environment.</summary>
public sealed record PromotionRequest(EnvironmentKey Key, Build Build, Origin Origin, string RequestedBy, string? Reason = null)
{
    /// <summary>Where it is told what becomes of it.</summary>
    public PullReference? Pull { get; init; }

    /// <summary>Who had a hand in it besides those whom the build knows.</summary>
    public IReadOnlyList<string?> Hands { get; init; } = [];
}

/// <summary>What whoever works on a row saves in the same commit as the request that it makes: so the row, done again, finds that it was made.</summary>
/// <param name="Fence">Of the row.</param>
/// <param name="Changes">Given the deployment; null where what was asked for makes none.</param>
public sealed record Alongside(Fence Fence, Func<Deployment?, IReadOnlyList<Change>> Changes);

/// <summary>Creates deployments: asked for by people, or by themselves for a new build.</summary>
public sealed class Promotions(IStore store, GateInputs inputs, GateEvaluations evaluations, Transitions transitions, TimeProvider time)
{
    /// <summary>
    /// Creates the deployment with its gates evaluated. The same artifact asked for again while the first request has not started is that
    /// request; a newer automatic request supersedes the older automatic ones of its environment.
    /// </summary>
    public Task<Deployment> RequestAsync(PromotionRequest request, CancellationToken cancellationToken) => RequestAsync(request, fence: null, null, cancellationToken);

    /// <inheritdoc cref="RequestAsync(PromotionRequest, CancellationToken)"/>
    /// <exception cref="OwnershipLostException">Another node owns the row now.</exception>
    public Task<Deployment> RequestAsync(PromotionRequest request, Alongside? alongside, CancellationToken cancellationToken) =>
        RequestAsync(request, alongside?.Fence, alongside?.Changes, cancellationToken);

    private async Task<Deployment> RequestAsync(PromotionRequest request, Fence? fence, Func<Deployment?, IReadOnlyList<Change>>? alongside, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var requested = DeploymentMachine.Request(New(request));
            // Before what is open: a request that is made in between is a conflict, not a second deployment of the same.
            var reading = await inputs.ReadAsync(requested.Deployment, cancellationToken);
            var open = await OpenAsync(request.Key, cancellationToken);
            if ((open.FirstOrDefault(d => IsSame(d, request)) ?? await StartedAsync(request, reading.State, isFirst, cancellationToken)) is { } same)
            {
                if (alongside is null) return same;
                if (await store.CommitAsync(new Commit { Fence = fence, Changes = alongside(same) }, cancellationToken) is CommitOutcome.Fenced) throw new OwnershipLostException();
                return same;
            }

            var evaluated = (Next)DeploymentMachine.Apply(requested.Deployment, evaluations.Evaluated(reading));
            var commit = new Commit { Fence = fence, Changes = [.. Saved(requested, evaluated, reading.State, open), .. alongside?.Invoke(evaluated.Deployment) ?? []] };
            var outcome = await store.CommitAsync(commit, cancellationToken);
            if (outcome is CommitOutcome.Committed) return evaluated.Deployment;
            if (outcome is CommitOutcome.Fenced) throw new OwnershipLostException();
        }
    }

    /// <summary>As <see cref="RequestAsync(PromotionRequest, CancellationToken)"/>, for somebody who requests much at once and has read what it takes: nothing is saved yet.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="open">What has not ended in the environment.</param>
    /// <param name="configuration">The configuration in force.</param>
    /// <param name="state">The environment, read after the configuration and before what is open.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    /// <returns>The deployment as it would be, and what saves it; no changes where the same one is open already.</returns>
    public async Task<(Deployment Deployment, IReadOnlyList<Change> Changes)> PrepareAsync(
        PromotionRequest request, IEnumerable<Deployment> open, Configuration configuration, EnvironmentState state, CancellationToken cancellationToken)
    {
        Deployment[] before = [.. open.Where(d => d.Phase is Phase.Waiting or Phase.Queued)];
        if (before.FirstOrDefault(d => IsSame(d, request)) is { } same) return (same, []);
        var requested = DeploymentMachine.Request(New(request));
        var reading = await inputs.ReadAsync(requested.Deployment, configuration, state, CheckEffort.Told, cancellationToken);
        var evaluated = (Next)DeploymentMachine.Apply(requested.Deployment, evaluations.Evaluated(reading));
        return (evaluated.Deployment, Saved(requested, evaluated, state, before));
    }

    /// <summary>Requests a new build for every environment whose <c>auto_deploy</c> it matches. Called again after an interruption, it requests what is missing.</summary>
    /// <param name="application">Whose environments.</param>
    /// <param name="build">The new build.</param>
    /// <param name="fence">Of the row that asks for it: a node that slept must not request an old build after its successor requested a newer one.</param>
    /// <param name="cancellationToken">Cancels between requests.</param>
    /// <exception cref="OwnershipLostException">Another node owns the row now.</exception>
    public async Task<IReadOnlyList<Deployment>> AutomaticAsync(ApplicationSpec application, Build build, Fence? fence, CancellationToken cancellationToken)
    {
        var deployments = new List<Deployment>();
        if (build.Pull is not null) return deployments;
        foreach (var environment in application.Environments.Where(e => e.AutoDeploy?.Includes(build.Branch, build.Tag, build.Application) is true))
        {
            var key = new EnvironmentKey(application.Name, environment.Name);
            if (await RequestedAsync(key, build, cancellationToken) is null)
                deployments.Add(await RequestAsync(new PromotionRequest(key, build, Origin.Automatic, build.ReportedBy), fence, null, cancellationToken));
        }

        return deployments;
    }

    private Change[] Saved(Next requested, Next evaluated, EnvironmentState state, IReadOnlyList<Deployment> open) =>
    [
        new Change.SetRequested(state.Key, requested.Deployment.Id, state.Requested), .. transitions.OfRequest(requested, evaluated), .. Supersede(open, requested.Deployment),
    ];

    /// <summary>The same that has started already: of a build that goes there by itself, whenever that was; of what people ask for, only what somebody asked for while this was read.</summary>
    private async Task<Deployment?> StartedAsync(PromotionRequest request, EnvironmentState state, bool isFirst, CancellationToken cancellationToken)
    {
        if (request is { Origin: Origin.Automatic, Pull: null }) return await RequestedAsync(request.Key, request.Build, cancellationToken);
        return !isFirst && state.Requested is { } newest && await store.Deployments.GetAsync(newest, cancellationToken) is { } last && IsSame(last, request) ? last : null;
    }

    private async Task<Deployment?> RequestedAsync(EnvironmentKey key, Build build, CancellationToken cancellationToken) =>
        (await store.Deployments.ListAsync(new DeploymentFilter(key.Application, key.Environment), cancellationToken))
            .FirstOrDefault(d => d.Origin == Origin.Automatic && string.Equals(d.BuildId, build.Id, StringComparison.Ordinal));

    private async Task<IReadOnlyList<Deployment>> OpenAsync(EnvironmentKey key, CancellationToken cancellationToken) =>
        [.. (await store.Deployments.ListAsync(new DeploymentFilter(key.Application, key.Environment, [Phase.Waiting, Phase.Queued], Limit: int.MaxValue), cancellationToken)).Reverse()];

    private static bool IsSame(Deployment open, PromotionRequest request) =>
        open.Digest == request.Build.Digest && open.Origin == request.Origin
        && string.Equals(open.BuildId, request.Build.Id, StringComparison.Ordinal)
        && string.Equals(open.RequestedBy, request.RequestedBy, StringComparison.Ordinal)
        && open.Pull == request.Pull;

    private IEnumerable<Change> Supersede(IReadOnlyList<Deployment> open, Deployment newer) => newer.Origin != Origin.Automatic
        ? []
        : open.Where(d => d.Origin == Origin.Automatic)
            .Select(older => (older, decision: DeploymentMachine.Apply(older, new DeploymentEvent.SupersededBy(newer.RequestedAt, newer.Id))))
            .SelectMany(o => o.decision is Next next ? transitions.Of(o.older, next) : []);

    private static string[]? HandsOf(PromotionRequest request)
    {
        string[] others = [.. request.Build.AllHands().Concat(request.Hands.OfType<string>())
            .Where(name => !string.Equals(name, request.RequestedBy, StringComparison.OrdinalIgnoreCase) && !string.Equals(name, request.Build.Author, StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase)];
        return others.Length > 0 ? others : null;
    }

    private Deployment New(PromotionRequest request) => new()
    {
        Id = DeploymentId.New(time),
        Key = request.Key,
        BuildId = request.Build.Id,
        Commit = request.Build.Commit,
        Version = request.Build.Version,
        Digest = request.Build.Digest,
        Artifacts = request.Build.Artifacts,
        Origin = request.Origin,
        RequestedBy = request.RequestedBy,
        RequestedAt = time.GetUtcNow(),
        PhaseSince = time.GetUtcNow(),
        Author = request.Build.Author,
        Hands = HandsOf(request),
        BuiltForPull = request.Build.Pull,
        Reason = request.Reason,
        Pull = request.Pull,
    };
}
