using System.Diagnostics;
using Towpath.Benchmarks.Nodes;

namespace Towpath.Benchmarks.Throughput;

/// <summary>One round of one engine: fresh database, fresh processes, a warm-up, then a backlog that is worked off.</summary>
internal static class Round
{
    /// <summary>Code, connections, statements and plans of both engines are made during these.</summary>
    private const int WarmUp = 300;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Deployments per second, from the start of the nodes to the end of the last deployment; what the nodes' processors cost, in milliseconds for each.</summary>
    public static async Task<(double PerSecond, double Processor)> RunAsync(string engine, Scenario scenario, int deployments, Place place, CancellationToken cancellationToken)
    {
        // What earlier rounds left for the disk to write would be paid for by the flushes of this one.
        using (var sync = Process.Start("sync")) await sync.WaitForExitAsync(cancellationToken);
        List<NodeProcess> nodes = [];
        try
        {
            for (var i = 0; i < scenario.Nodes; i++) nodes.Add(NodeProcess.Start(engine, place.Database, scenario.Slots, place.Environment));
            await nodes[0].AskAsync("prepare", cancellationToken);
            await WorkOffAsync(nodes, 0, WarmUp, cancellationToken);
            var (seconds, processor) = await WorkOffAsync(nodes, WarmUp, deployments, cancellationToken);
            return (deployments / seconds, processor.TotalMilliseconds / deployments);
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    private static async Task<(double Seconds, TimeSpan Processor)> WorkOffAsync(List<NodeProcess> nodes, int before, int count, CancellationToken cancellationToken)
    {
        await nodes[0].AskAsync($"request {count}", cancellationToken);
        var processor = Processor(nodes);
        var from = Clock.Now;
        await Task.WhenAll(nodes.Select(node => node.AskAsync("start", cancellationToken)));
        var since = Clock.Time.GetTimestamp();
        while (nodes.Sum(node => node.Count) < before + count)
        {
            if (Clock.Time.GetElapsedTime(since) > Limit) throw new TimeoutException($"only {nodes.Sum(node => node.Count) - before} of {count} deployments ended within {Limit}");
            await Clock.Wait(20, cancellationToken);
        }

        var spent = Processor(nodes) - processor;
        await Task.WhenAll(nodes.Select(node => node.AskAsync("stop", cancellationToken)));
        return ((nodes.Max(node => node.Last) - from) / 1e6, spent);
    }

    private static TimeSpan Processor(List<NodeProcess> nodes) => nodes.Aggregate(TimeSpan.Zero, (sum, node) => sum + node.ProcessorTime);
}
