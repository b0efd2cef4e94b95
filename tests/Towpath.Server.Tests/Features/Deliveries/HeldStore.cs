using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Server.Tests.Features.Deliveries;

/// <summary>A store whose commits wait until the test lets them.</summary>
internal sealed class HeldStore : IStore
{
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SemaphoreSlim _let = new(0);
    private readonly List<int> _groups = [];
    private readonly List<bool> _quiet = [];

    public Exception? Failure { get; set; }

    /// <summary>How many deliveries each commit had.</summary>
    public IReadOnlyList<int> Groups => _groups;

    /// <summary>Whether each commit left the engine alone.</summary>
    public IReadOnlyList<bool> Quiet => _quiet;

    public Task ArrivedAsync(CancellationToken cancellationToken) => _arrived.WaitAsync(cancellationToken);

    public void Let(CommitOutcome outcome)
    {
        Outcome = outcome;
        _let.Release();
    }

    public void LetAll() => _let.Release(10_000);

    private CommitOutcome Outcome { get; set; } = new CommitOutcome.Committed();

    public async Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        if (Failure is { } failure) throw failure;
        _groups.Add(commit.Changes.OfType<Change.RecordDeliveries>().Sum(c => c.Deliveries.Count));
        _quiet.Add(commit.Changes.OfType<Change.EnqueueOnce>().All(c => c.Quietly));
        _arrived.Release();
        await _let.WaitAsync(cancellationToken);
        return Outcome;
    }

    public IDeploymentReader Deployments => throw new NotSupportedException();

    public IBuildReader Builds => throw new NotSupportedException();

    public IEnvironmentReader Environments => throw new NotSupportedException();

    public IAuditReader Audit => throw new NotSupportedException();

    public IAccessReader Access => throw new NotSupportedException();

    public IConfigurationReader Configuration => throw new NotSupportedException();

    public IDeliveryReader Deliveries => throw new NotSupportedException();

    public IFactReader Facts => throw new NotSupportedException();

    public IWatchReader Watches => throw new NotSupportedException();

    public IMirrorReader Mirrors => throw new NotSupportedException();

    public IWorkTable Work => throw new NotSupportedException();

    public IChangeFeed Changes => throw new NotSupportedException();

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task AppendLogAsync(DeploymentId deployment, IReadOnlyList<LogLine> lines, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PruneAsync(TimeSpan olderThan, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
