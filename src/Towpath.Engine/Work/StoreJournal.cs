using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Storage.Deployments;

namespace Towpath.Engine.Work;

/// <summary>The journal of a deployment that this node has claimed: every write carries the claim's fencing token.</summary>
public sealed class StoreJournal(IStore store, Transitions transitions, Fence fence, LogBuffer log) : IJournal
{
    public async Task<Deployment> ReadAsync(DeploymentId id, CancellationToken cancellationToken) =>
        await store.Deployments.GetAsync(id, cancellationToken)
        ?? throw new InvalidOperationException($"deployment {id} is in the work table and nowhere else");

    public async Task<JournalWrite> WriteAsync(Deployment before, Next transition, CancellationToken cancellationToken)
    {
        var lines = await log.TakeAsync(cancellationToken);
        var (outcome, areSaved) = await CommitAsync(before, transition, lines, cancellationToken);
        if (!areSaved) await log.GiveBackAsync(lines, cancellationToken);
        return outcome switch
        {
            CommitOutcome.Committed => JournalWrite.Written,
            CommitOutcome.Conflict => JournalWrite.Conflict,
            CommitOutcome.Fenced => JournalWrite.Fenced,
            var other => throw new InvalidOperationException($"the store answered {other.GetType().Name}"),
        };
    }

    /// <summary>Whatever may be wrong with the lines: the transition is saved without them then.</summary>
    private async Task<(CommitOutcome Outcome, bool AreLinesSaved)> CommitAsync(Deployment before, Next transition, IReadOnlyList<LogLine> lines, CancellationToken cancellationToken)
    {
        var changes = transitions.Of(before, transition);
        if (lines.Count > 0)
        {
            try
            {
                var both = await store.CommitAsync(new Commit { Fence = fence, Changes = [.. changes, new AppendLog(before.Id, lines) { IsByOwner = true }] }, cancellationToken);
                return (both, both is CommitOutcome.Committed);
            }
            catch (Exception exception) when (exception is not (StoreUnavailableException or OperationCanceledException))
            {
                // Refused as a whole: nothing of it was saved.
            }
        }

        return (await store.CommitAsync(new Commit { Fence = fence, Changes = changes }, cancellationToken), lines.Count == 0);
    }

    public Task<bool> IsOwnedAsync(CancellationToken cancellationToken) => store.Work.IsOwnedAsync(fence, cancellationToken);

    public void Log(DeploymentId id, string step, string text) => log.Add(step, text);
}
