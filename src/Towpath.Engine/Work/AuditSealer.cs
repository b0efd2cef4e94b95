using Towpath.Core.Audit;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>
/// Chains audit rows by hash, in batches behind the transactions that wrote them: a chain inside every transaction would make all of
/// them wait for one another.
/// </summary>
public sealed class AuditSealer(IStore store) : IRecurringWork
{
    private const int Batch = 500;

    public string Name => "seal-audit";

    public TimeSpan Interval => TimeSpan.FromSeconds(2);

    public Task RunAsync(Fence fence, CancellationToken cancellationToken) => SealAsync(fence, cancellationToken);

    /// <summary>Seals everything that is committed now. Without a fence, the chain's own head keeps two sealers apart.</summary>
    public async Task SealAsync(Fence? fence, CancellationToken cancellationToken)
    {
        while (await store.Audit.UnsealedAsync(Batch, cancellationToken) is { Count: > 0 } entries)
        {
            var before = await store.Audit.HeadAsync(cancellationToken);
            var (head, seals) = AuditChain.Seal(before, entries);
            var outcome = await store.CommitAsync(new Commit { Fence = fence, Changes = [new Change.SealAudit(before, head, seals)] }, cancellationToken);
            if (outcome is CommitOutcome.Fenced) throw new Core.Deployments.OwnershipLostException();
        }
    }
}
