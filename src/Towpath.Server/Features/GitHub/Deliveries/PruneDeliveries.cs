using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>Removes deliveries that nobody asks for any more; what was not understood or failed stays three times as long.</summary>
public sealed class PruneDeliveries(IStore store, ServerOptions options, TimeProvider time) : IRecurringWork
{
    private const int AtOnce = 500;
    private const int LongerForTrouble = 3;

    public string Name => "prune-deliveries";

    public TimeSpan Interval => TimeSpan.FromHours(1);

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        while (await store.Deliveries.OutdatedAsync(now - options.KeepDeliveries, now - (LongerForTrouble * options.KeepDeliveries), AtOnce, cancellationToken) is { Count: > 0 } old)
        {
            var outcome = await store.CommitAsync(new Commit { Fence = fence, Changes = [new Change.RemoveDeliveries(old)] }, cancellationToken);
            if (outcome is not CommitOutcome.Committed || old.Count < AtOnce) return;
        }
    }
}
