using Towpath.Core;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>What goes wrong between the processes and the store.</summary>
internal sealed class SimFaults
{
    /// <summary>The store does not answer anybody until then.</summary>
    public DateTimeOffset OutageUntil { get; set; }

    /// <summary>How often one call is refused.</summary>
    public double Refusals { get; set; }

    /// <summary>How often a call is carried out and its answer lost.</summary>
    public double LostAnswers { get; set; }

    public double LostNotices { get; set; }

    /// <summary>How often a process is paused at the worst moment: after it was told that it owns the work, before it acts on that.</summary>
    public double PausesBeforeEffects { get; set; }

    /// <summary>How often somebody locks an environment just when a node has looked at it.</summary>
    public double Interference { get; set; }

    public Action<EnvironmentKey> Interfere { get; set; } = _ => { };

    /// <summary>Pauses a process for a while.</summary>
    public Action<SimProcess> Pause { get; set; } = _ => { };

    public void Stop() => (OutageUntil, Refusals, LostAnswers, LostNotices, PausesBeforeEffects, Interference) = (default, 0, 0, 0, 0, 0);
}

/// <summary>The store as one process sees it: over a network that takes its time, fails, and loses answers.</summary>
internal sealed class ProcessStore(ModelStore model, SimScheduler scheduler, SimProcess process, SimFaults faults, SimFeeds feeds)
    : IStore, IDeploymentReader, IBuildReader, IEnvironmentReader, IAuditReader, IAccessReader, IConfigurationReader, IWorkTable, IChangeFeed
{
    public IDeploymentReader Deployments => this;

    public IBuildReader Builds => this;

    public IEnvironmentReader Environments => this;

    public IAuditReader Audit => this;

    public IAccessReader Access => this;

    public IConfigurationReader Configuration => this;

    public IDeliveryReader Deliveries => throw new NotSupportedException();

    public IFactReader Facts => throw new NotSupportedException();

    public IWatchReader Watches => throw new NotSupportedException();

    public IMirrorReader Mirrors => throw new NotSupportedException();

    public IWorkTable Work => this;

    public IChangeFeed Changes => this;

    /// <summary>The membership that this process holds now.</summary>
    public SimSession? Session { get; private set; }

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken) => CallAsync(
        () =>
        {
            var outcome = model.Commit(commit);
            if (outcome is CommitOutcome.Committed) feeds.Tell(commit);
            return outcome;
        },
        cancellationToken);

    public Task AppendLogAsync(DeploymentId deployment, IReadOnlyList<LogLine> lines, CancellationToken cancellationToken) => CallAsync(() => true, cancellationToken);

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task PruneAsync(TimeSpan olderThan, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Deployment?> GetAsync(DeploymentId id, CancellationToken cancellationToken) => CallAsync(() => model.Deployments.GetValueOrDefault(id), cancellationToken);

    public Task<IReadOnlyList<Deployment>> FindAsync(string idOrEnding, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Deployment>> ListAsync(DeploymentFilter filter, CancellationToken cancellationToken) => CallAsync<IReadOnlyList<Deployment>>(
        () => [.. model.Deployments.Values.Where(d => IsListed(d, filter)).OrderByDescending(d => d.Id.Value, StringComparer.Ordinal).Take(filter.Limit)], cancellationToken);

    public Task<IReadOnlyList<Deployment>> OpenAsync(string? application, CancellationToken cancellationToken) => CallAsync<IReadOnlyList<Deployment>>(
        () => [.. model.Deployments.Values.Where(d => !d.Phase.IsTerminal()).OrderBy(d => d.Id.Value, StringComparer.Ordinal)], cancellationToken);

    public Task<IReadOnlyList<Deployment>> OpenOfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Deployment>> OfAsync(IReadOnlyCollection<DeploymentId> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, DateTimeOffset>> SuccessesAsync(string application, Digest digest, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyDictionary<string, DateTimeOffset>>(
            () => model.Deployments.Values.Where(d => d.Digest == digest && d.Phase == Phase.Succeeded).GroupBy(d => d.Key.Environment, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Max(d => d.FinishedAt!.Value), StringComparer.Ordinal),
            cancellationToken);

    public Task<IReadOnlyList<DeploymentId>> LineAsync(EnvironmentKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<JournalEntry>> JournalAsync(DeploymentId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<LogLine>> LogAsync(DeploymentId id, long afterSequence, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Approval>> ApprovalsAsync(DeploymentId id, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<Approval>>(() => [.. model.Approvals.Where(a => a.Deployment == id)], cancellationToken);

    public Task<Build?> GetAsync(string id, CancellationToken cancellationToken) => CallAsync(() => model.Builds.GetValueOrDefault(id), cancellationToken);

    public Task<Build?> FindByVersionAsync(string application, string version, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Build>> ListAsync(string application, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Build>> OfCommitAsync(string application, string commit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<EnvironmentState> GetAsync(EnvironmentKey key, CancellationToken cancellationToken) => CallAsync(
        () =>
        {
            if (scheduler.Chance(faults.Interference)) faults.Interfere(key);
            return model.State(key);
        },
        cancellationToken);

    public Task<IReadOnlyList<EnvironmentState>> OfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<EnvironmentState>> AllAsync(CancellationToken cancellationToken) => CallAsync<IReadOnlyList<EnvironmentState>>(() => [.. model.Environments.Values], cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> UnsealedAsync(int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ChainHead> HeadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SealedAuditEntry>> ReadAsync(long afterPosition, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<AuditEntry>> RecentAsync(string? application, DeploymentId? deployment, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AccessToken?> FindTokenAsync(string hash, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AccessToken?> GetTokenAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<AccessToken>> ListTokensAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Session?> FindSessionAsync(string hash, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TokenUse?> FindUseAsync(string token, string application, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StoredConfiguration?> CurrentAsync(CancellationToken cancellationToken) => CallAsync(() => model.Configuration, cancellationToken);

    public Task<string> CurrentRevisionAsync(CancellationToken cancellationToken) => CallAsync(() => model.Configuration?.Revision ?? "", cancellationToken);

    public Task<string?> SettingAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, string>> SettingsAsync(string prefix, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<INodeSession> JoinAsync(NodeIdentity node, CancellationToken cancellationToken) => CallAsync<INodeSession>(
        () => Session = new SimSession(model, node.Id), cancellationToken);

    public Task<IReadOnlyList<ClaimedWork>> ClaimAsync(NodeIdentity node, int limit, CancellationToken cancellationToken) => CallAsync(() => model.Claim(node, limit), cancellationToken);

    public Task<IReadOnlyList<Fence>> HeartbeatAsync(NodeIdentity node, CancellationToken cancellationToken) => CallAsync(() => model.Heartbeat(node), cancellationToken);

    public Task<bool> IsOwnedAsync(Fence fence, CancellationToken cancellationToken) => CallAsync(
        () =>
        {
            var owned = model.IsOwned(fence);
            if (owned && scheduler.Chance(faults.PausesBeforeEffects)) faults.Pause(process);
            return owned;
        },
        cancellationToken);

    public Task<TimeSpan?> NextDueAsync(NodeIdentity node, CancellationToken cancellationToken) => CallAsync(() => model.NextDue(node), cancellationToken);

    public Task ReleaseAsync(Fence fence, CancellationToken cancellationToken) => CallAsync(() => model.Release(fence), cancellationToken);

    public Task<int> ReapAsync(CancellationToken cancellationToken) => CallAsync(model.Reap, cancellationToken);

    public Task<IReadOnlyList<SetAsideWork>> SetAsideAsync(int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IDisposable Subscribe(Action<ChangeNotice> onNotice) => feeds.Add(process, onNotice);

    public void Publish(ChangeNotice notice)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> CallAsync<T>(Func<T> operation, CancellationToken cancellationToken)
    {
        process.EnsureInside();
        await HopAsync(cancellationToken);
        if (scheduler.Now < faults.OutageUntil || scheduler.Chance(faults.Refusals)) throw new StoreUnavailableException();
        var result = operation();
        await HopAsync(CancellationToken.None);
        return scheduler.Chance(faults.LostAnswers) ? throw new StoreUnavailableException("the answer was lost") : result;
    }

    private async Task HopAsync(CancellationToken cancellationToken)
    {
        if (scheduler.Chance(0.05)) await Task.Delay(scheduler.Between(1, 400), process.Time, cancellationToken);
        else await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static bool IsListed(Deployment deployment, DeploymentFilter filter) =>
        (filter.Application ?? deployment.Key.Application) == deployment.Key.Application
        && (filter.Environment ?? deployment.Key.Environment) == deployment.Key.Environment
        && (filter.Phases is null || filter.Phases.Contains(deployment.Phase));
}

/// <summary>A node's membership; it ends with the process, when it is lost, or when the node leaves.</summary>
internal sealed class SimSession : INodeSession
{
    private readonly CancellationTokenSource _lost = new();
    private readonly ModelStore _model;
    private readonly string _node;

    public SimSession(ModelStore model, string node)
    {
        (_model, _node) = (model, node);
        model.Nodes.Add(node);
    }

    public CancellationToken Lost => _lost.Token;

    /// <summary>The database noticed that the connection is gone.</summary>
    public void Vanish() => _model.Nodes.Remove(_node);

    /// <summary>The process notices it, too.</summary>
    public void Notice() => _lost.Cancel();

    public ValueTask DisposeAsync()
    {
        Vanish();
        _model.Reap();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Notices to all processes, each on its own time; some are lost.</summary>
internal sealed class SimFeeds(SimScheduler scheduler, SimFaults faults)
{
    private readonly List<(SimProcess Process, Action<ChangeNotice> OnNotice)> _subscribers = [];

    public IDisposable Add(SimProcess process, Action<ChangeNotice> onNotice)
    {
        var entry = (process, onNotice);
        _subscribers.Add(entry);
        return new Subscription(() => _subscribers.Remove(entry));
    }

    public void Tell(Commit commit)
    {
        foreach (var change in commit.Changes)
        {
            if (change is Change.EnqueueWork or Change.EnqueueOnce or Change.FinishWork or Change.RescheduleWork or Change.WakeWork or Change.FailWork)
                Tell(new ChangeNotice("work", ""));
            if (change is Change.WakeWork wake) Tell(new ChangeNotice("wake", wake.Subject));
        }
    }

    private void Tell(ChangeNotice notice)
    {
        foreach (var (process, onNotice) in _subscribers)
            if (!scheduler.Chance(faults.LostNotices)) process.Post(_ => onNotice(notice), null);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
