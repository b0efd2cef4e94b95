using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Extends a node's leases. What it no longer holds is stopped; and when it cannot reach the store, all work stops before the leases end.</summary>
public sealed class Heartbeat(IWorkTable work, NodeIdentity node, RunningWork running, TimeProvider time)
{
    private HashSet<Fence> _idle = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var last = time.GetTimestamp();
        using var timer = new PeriodicTimer(node.Lease / 4, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (await TryAsync(cancellationToken)) last = time.GetTimestamp();
                else if (time.GetElapsedTime(last) > node.Lease * 0.7) running.StopAll();
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops or joins anew.
        }
    }

    /// <summary>
    /// A row that this node holds and does not work on, twice in a row: giving it back had failed. A row that was claimed in this
    /// moment looks the same once.
    /// </summary>
    private async Task ReleaseOrphansAsync(IReadOnlyList<Fence> held, CancellationToken cancellationToken)
    {
        var idle = held.Except(running.Fences).ToHashSet();
        foreach (var orphan in idle.Intersect(_idle)) await work.ReleaseAsync(orphan, cancellationToken);
        _idle = idle;
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        // What is claimed while the heartbeat is on its way is not in its answer, and not lost either.
        var before = running.Fences;
        using var limit = new CancellationTokenSource(node.Lease / 4, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var held = await work.HeartbeatAsync(node, linked.Token);
            running.StopLost(before, held);
            await ReleaseOrphansAsync(held, linked.Token);
            return true;
        }
        catch (Exception exception) when (exception is StoreUnavailableException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
