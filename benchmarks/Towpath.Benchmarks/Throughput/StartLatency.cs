using System.Globalization;
using Towpath.Benchmarks.Databases;
using Towpath.Benchmarks.Nodes;

namespace Towpath.Benchmarks.Throughput;

/// <summary>How long after the commit of a request on one node its deployment starts on another, idle one.</summary>
internal static class StartLatency
{
    private static readonly Scenario Idle = new(Database.Postgres, 2, 50, TimeSpan.Zero, 0);

    /// <summary>Commit to commit, by the database's clock.</summary>
    public static async Task<IReadOnlyList<double>> OfTowpathAsync(Places places, int count, CancellationToken cancellationToken)
    {
        var place = (await places.MakeAsync(Idle, cancellationToken))!;
        await RunAsync("towpath", place, count, 40, cancellationToken);
        var starts = await PostgresCluster.StartsAsync(place.Database, cancellationToken);
        await place.RemoveAsync();
        return [.. starts.Skip(starts.Count - count)];
    }

    /// <summary>From the answer to the scheduling call to the first line of the job, by the machine's clock.</summary>
    public static async Task<IReadOnlyList<double>> OfQuartzAsync(Places places, int count, CancellationToken cancellationToken)
    {
        var place = (await places.MakeAsync(Idle, cancellationToken))!;
        var said = await RunAsync("quartz-once", place, count, 150, cancellationToken);
        await place.RemoveAsync();
        var instants = said.Select(line => line.Split(' ')).ToDictionary(words => words[1], words => long.Parse(words[2], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return [.. instants.Where(i => i.Key.EndsWith(".requested", StringComparison.Ordinal))
            .Select(i => (instants[i.Key.Replace(".requested", ".started", StringComparison.Ordinal)] - i.Value) / 1000.0)];
    }

    private static async Task<IReadOnlyList<string>> RunAsync(string engine, Place place, int count, int gap, CancellationToken cancellationToken)
    {
        await using var asks = NodeProcess.Start(engine, place.Database, Idle.Slots, place.Environment);
        await asks.AskAsync("prepare", cancellationToken);
        await using var works = NodeProcess.Start(engine, place.Database, Idle.Slots, place.Environment);
        await works.AskAsync("start", cancellationToken);
        const int warmUp = 40;
        await asks.AskAsync($"request-slowly {warmUp} {gap}", cancellationToken);
        await asks.AskAsync($"request-slowly {count} {gap}", cancellationToken);
        for (var tries = 0; works.Count < warmUp + count && tries < 500; tries++) await Clock.Wait(20, cancellationToken);
        return [.. await asks.AskAsync("instants", cancellationToken), .. await works.AskAsync("instants", cancellationToken)];
    }
}
