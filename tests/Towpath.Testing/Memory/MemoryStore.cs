using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Deployments;
using Towpath.Engine.Storage.Feed;

namespace Towpath.Testing.Memory;

/// <summary>
/// A store for tests: the semantics of the databases, without threads, on a clock that the test moves. For one thread, or for
/// many tasks on one thread.
/// </summary>
public sealed class MemoryStore : IStore
{
    private readonly TimeProvider _time;
    private readonly MemoryWork _work;

    public MemoryStore(TimeProvider time)
    {
        _time = time;
        _work = new MemoryWork(this);
        var readers = new MemoryReaders(this);
        Deployments = readers;
        Environments = readers;
        Audit = readers;
        var access = new MemoryAccess(this);
        Builds = access;
        Access = access;
        Configuration = access;
        var gitHub = new MemoryGitHub(this);
        Deliveries = gitHub;
        Facts = gitHub;
        Watches = new MemoryWatches(this);
        Mirrors = new MemoryMirrors(this);
    }

    public MemoryFaults Faults { get; } = new();

    public IDeploymentReader Deployments { get; }

    public IBuildReader Builds { get; }

    public IEnvironmentReader Environments { get; }

    public IAuditReader Audit { get; }

    public IAccessReader Access { get; }

    public IConfigurationReader Configuration { get; }

    public IDeliveryReader Deliveries { get; }

    public IFactReader Facts { get; }

    public IWatchReader Watches { get; }

    public IMirrorReader Mirrors { get; }

    public IWorkTable Work => _work;

    public IChangeFeed Changes { get; } = new MemoryFeed();

    internal MemoryState State { get; set; } = new();

    internal long Now => (_time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Instant(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>As if every node's process had died: leases stay until somebody reaps them or they end.</summary>
    public void ForgetNodes() => _work.ForgetNodes();

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Faults.BeforeCommit(commit);
        var outcome = Carry(commit);
        if (outcome is CommitOutcome.Committed)
            foreach (var notice in ChangeWriters.Notices(commit)) Changes.Publish(notice);
        await Faults.AfterCommit(commit, outcome);
        return outcome;
    }

    public Task AppendLogAsync(DeploymentId deployment, IReadOnlyList<LogLine> lines, CancellationToken cancellationToken) =>
        CommitAsync(new Commit { Changes = [new AppendLog(deployment, lines)] }, cancellationToken);

    public Task PruneAsync(TimeSpan olderThan, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Faults.BeforeCall(nameof(CheckAsync));
            return null;
        }
        catch (StoreUnavailableException e)
        {
            return e.Message;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal async Task<T> ReadAsync<T>(string call, Func<MemoryState, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Faults.BeforeCall(call);
        return read(State);
    }

    private CommitOutcome Carry(Commit commit)
    {
        if (State.Operations.Contains(commit.OperationId)) return new CommitOutcome.Committed();
        var transaction = new MemoryTransaction(State, Now);
        if (commit.Fence is { } fence && !transaction.Owns(fence)) return new CommitOutcome.Fenced();
        foreach (var change in commit.Changes) transaction.Apply(change);
        if (transaction.Conflict is { } what) return new CommitOutcome.Conflict(what);
        State = transaction.State with { Operations = State.Operations.Add(commit.OperationId) };
        return new CommitOutcome.Committed();
    }

    private sealed class MemoryFeed : IChangeFeed
    {
        private readonly LocalFeed _local = new();

        public IDisposable Subscribe(Action<ChangeNotice> onNotice) => _local.Subscribe(onNotice);

        public void Publish(ChangeNotice notice) => _local.Tell(notice);
    }
}
