using System.Collections.Concurrent;
using System.Globalization;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>
/// The real engine on a simulated store, network, clock and world. <c>TOWPATH_SIMULATION_SEEDS</c> says how many seeds are tried,
/// <c>TOWPATH_SIMULATION_SEED</c> replays one.
/// </summary>
[Trait("Row", "T3")]
[Trait("Row", "T13")]
public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Invariants_hold_whatever_the_seed_does()
    {
        var failures = new ConcurrentDictionary<int, string>();
        var totals = new ConcurrentBag<(int Deployments, int Starts, int Kills, int Pauses, int Stale)>();
        Parallel.ForEach(Seeds(), seed =>
        {
            using var run = new SimulationRun(seed);
            run.Run();
            totals.Add((run.Store.Deployments.Count, run.Referee.Starts, run.Kills, run.Pauses, run.Referee.StaleCalls));
            if (run.Referee.Complaints.Count > 0) failures[seed] = Report(seed, run);
        });
        output.WriteLine(
            $"{totals.Count} seeds: {totals.Sum(t => t.Deployments)} deployments, {totals.Sum(t => t.Starts)} starts, {totals.Sum(t => t.Kills)} kills, "
            + $"{totals.Sum(t => t.Pauses)} pauses, {totals.Sum(t => t.Stale)} calls of a paused node that were on their way");
        Assert.True(failures.IsEmpty, $"{failures.Count} of {totals.Count} seeds failed: {string.Join(' ', failures.Keys.Order())}\n{failures.OrderBy(f => f.Key).FirstOrDefault().Value}");
        Assert.True(totals.Sum(t => t.Starts) > totals.Count, "the simulation hardly starts anything");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Same_seed_gives_the_same_run(int seed)
    {
        using var first = new SimulationRun(seed);
        first.Run();
        using var second = new SimulationRun(seed);
        second.Run();
        Assert.Equal(first.Referee.TraceHash(), second.Referee.TraceHash());
    }

    private static IEnumerable<int> Seeds()
    {
        if (Number("TOWPATH_SIMULATION_SEED") is { } one) return [one];
        return Enumerable.Range(0, Number("TOWPATH_SIMULATION_SEEDS") ?? 200);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Report(int seed, SimulationRun run) => $"""
        seed {seed} (replay it with TOWPATH_SIMULATION_SEED={seed}):
          {string.Join("\n  ", run.Referee.Complaints.Take(10))}
        {(Number("TOWPATH_SIMULATION_SEED") is null ? "the last of its trace (replayed alone, it shows all of it)" : "its trace")}:
        {string.Concat(run.Referee.Trace.TakeLast(Number("TOWPATH_SIMULATION_SEED") is null ? 60 : int.MaxValue))}
        """;
}
