using System.Globalization;
using Towpath.Benchmarks.Peers;

namespace Towpath.Benchmarks.Throughput;

/// <summary><c>bench engine</c>: rounds of ours and of Quartz.NET in turn, so that both meet the same noise; medians and their ratio.</summary>
internal static class EngineBenchmark
{
    public static async Task<int> RunAsync(IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        var rounds = Usage.Number(options, "--rounds", 3);
        var deployments = Usage.Number(options, "--deployments", 800);
        var only = Usage.Text(options, "--only") ?? "";
        await using var places = new Places();
        Machine.Print();
        Console.WriteLine($"databases PostgreSQL {await places.Cluster.VersionAsync(cancellationToken)}, SQLite {SystemSqlite.Version()}; peer Quartz.NET {typeof(Quartz.IScheduler).Assembly.GetName().Version?.ToString(3)}");
        Console.WriteLine($"work      {deployments} deployments of {Nodes.Work.Steps} steps of {Nodes.Work.Step.TotalMilliseconds} ms over {Nodes.Work.Environments} environments; medians of {rounds} interleaved rounds");
        Console.WriteLine();
        Console.WriteLine($"{"",-34} {"Towpath/s",10} {"Quartz/s",10} {"ratio",7}  {"target",-14} {"once/s",7} {"ratio",7}");
        Console.WriteLine($"{"",-34} {"steps kept",10} {"steps kept",10} {"",7}  {"",-14} {"nothing kept between steps",-15}");
        var reached = true;
        foreach (var scenario in Scenario.All.Where(s => s.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
            reached &= await ThroughputAsync(scenario, rounds, deployments, places, cancellationToken);
        if ("start on another node".Contains(only, StringComparison.OrdinalIgnoreCase)) reached &= await StartsAsync(places, cancellationToken);
        return reached ? 0 : 1;
    }

    private static async Task<bool> ThroughputAsync(Scenario scenario, int rounds, int deployments, Places places, CancellationToken cancellationToken)
    {
        List<double> ours = [], peers = [], once = [];
        for (var round = 0; round < rounds; round++)
            foreach (var (engine, figures) in new[] { ("towpath", ours), ("quartz", peers), ("quartz-once", once) })
            {
                if (await places.MakeAsync(scenario, cancellationToken) is not { } place)
                {
                    Console.WriteLine($"{scenario.Name,-34} {Places.WhyNot}");
                    return true;
                }

                var (perSecond, processor) = await Round.RunAsync(engine, scenario, deployments, place, cancellationToken);
                await place.RemoveAsync();
                figures.Add(perSecond);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {scenario.Name}, round {round + 1}, {engine}: {perSecond:0}/s, {processor:0.0} ms of processor each"));
            }

        var ratio = ours.Median() / peers.Median();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{scenario.Name,-34} {ours.Median(),10:0} {peers.Median(),10:0} {ratio,7:0.0}  {$"≥ {scenario.Target} {Verdict(ratio >= scenario.Target)}",-14} {once.Median(),7:0} {ours.Median() / once.Median(),7:0.0}"));
        return ratio >= scenario.Target;
    }

    private static async Task<bool> StartsAsync(Places places, CancellationToken cancellationToken)
    {
        var ours = await StartLatency.OfTowpathAsync(places, 400, cancellationToken);
        var peer = await StartLatency.OfQuartzAsync(places, 60, cancellationToken);
        Console.WriteLine();
        Console.WriteLine($"{"start on another, idle node (ms)",-34} {"p50",10} {"p99",10}");
        Console.WriteLine(Row($"Towpath, {ours.Count} starts", ours) + $"  ≤ 60 {Verdict(ours.Percentile(0.99) <= 60)}");
        Console.WriteLine(Row($"Quartz.NET, {peer.Count} starts", peer));
        return ours.Percentile(0.99) <= 60;
    }

    private static string Row(string name, IReadOnlyList<double> milliseconds) => string.Create(CultureInfo.InvariantCulture,
        $"{name,-34} {milliseconds.Median(),10:0.0} {milliseconds.Percentile(0.99),10:0.0}");

    private static string Verdict(bool reached) => reached ? "reached" : "MISSED";
}
