using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>What every handler of work needs.</summary>
public sealed class EngineServices(IStore store, TimeProvider time, ILogger<EngineServices> logger)
{
    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>Saves the last changes of a piece of work and takes its row out of its queue, as one.</summary>
    /// <exception cref="Core.Deployments.OwnershipLostException">Another node owns the row now.</exception>
    public async Task FinishAsync(ClaimedWork work, IReadOnlyList<Change> changes, CancellationToken cancellationToken, params IReadOnlyList<Change> after)
    {
        var commit = new Commit { Fence = work.Fence, Changes = [.. changes, new Change.FinishWork(work.Queue, work.Subject), .. after] };
        if (await store.CommitAsync(commit, cancellationToken) is CommitOutcome.Fenced) throw new Core.Deployments.OwnershipLostException();
    }
}
