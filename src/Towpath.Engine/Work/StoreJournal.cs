using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>The journal of a deployment that this node has claimed: every write carries the claim's fencing token.</summary>
public sealed class StoreJournal(IStore store, Transitions transitions, Fence fence, LogBuffer log) : IJournal
{
    public async Task<Deployment> ReadAsync(DeploymentId id, CancellationToken cancellationToken) =>
        await store.Deployments.GetAsync(id, cancellationToken)
        ?? throw new InvalidOperationException($"deployment {id} is in the work table and nowhere else");

    public async Task<JournalWrite> WriteAsync(Deployment before, Next transition, CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        var commit = new Commit { Fence = fence, Changes = transitions.Of(before, transition) };
        return await store.CommitAsync(commit, cancellationToken) switch
        {
            CommitOutcome.Committed => JournalWrite.Written,
            CommitOutcome.Conflict => JournalWrite.Conflict,
            CommitOutcome.Fenced => JournalWrite.Fenced,
            var other => throw new InvalidOperationException($"the store answered {other.GetType().Name}"),
        };
    }

    public Task<bool> IsOwnedAsync(CancellationToken cancellationToken) => store.Work.IsOwnedAsync(fence, cancellationToken);

    public void Log(DeploymentId id, string step, string text) => log.Add(step, text);
}
