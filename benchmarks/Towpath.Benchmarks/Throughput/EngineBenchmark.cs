using System.Globalization;
using Towpath.Benchmarks.Peers;

namespace Towpath.Benchmarks.Throughput;

/// <summary><c>bench engine</c>: rounds of ours and of Quartz.NET in turn, so that both meet the same noise; medians and their ratio.</summary>
internal static class EngineBenchmark
{
    private static readonly string[] Engines = ["towpath", "quartz-as-it-comes", "quartz-tuned", "quartz-once"];

    public static async Task<int> RunAsync(IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        var rounds = Usage.Number(options, "--rounds", 3);
        var deployments = Usage.Number(options, "--deployments", 400);
        var only = Usage.Text(options, "--only") ?? "";
        await using var places = new Places();
        Machine.Print();
        Console.WriteLine($"databases PostgreSQL {await places.Cluster.VersionAsync(cancellationToken)}, SQLite {SystemSqlite.Version()}; peer Quartz.NET {typeof(Quartz.IScheduler).Assembly.GetName().Version?.ToString(3)}");
        Console.WriteLine($"work      {deployments} deployments of {Nodes.Work.Steps} steps of {Nodes.Work.Step.TotalMilliseconds} ms over {Nodes.Work.Environments} environments; medians of {rounds} interleaved rounds");
        Console.WriteLine();
        Console.WriteLine($"{"",-34} {"Towpath",8} | {"Quartz.NET as it comes",-33} | {"tuned as we are",-20} | {"nothing kept between steps"}");
        Console.WriteLine($"{"",-34} {"per s",8} | {"per s",8} {"ratio",7}  {"target",-15} | {"per s",8} {"ratio",7}     | {"per s",8} {"ratio",7}");
        var reached = true;
        foreach (var scenario in Scenario.All.Where(s => s.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
            reached &= await ThroughputAsync(scenario, rounds, deployments, places, cancellationToken);
        if ("start on another node".Contains(only, StringComparison.OrdinalIgnoreCase)) reached &= await StartsAsync(places, cancellationToken);
        return reached ? 0 : 1;
    }

    private static async Task<bool> ThroughputAsync(Scenario scenario, int rounds, int deployments, Places places, CancellationToken cancellationToken)
    {
        var figures = Engines.ToDictionary(engine => engine, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
            foreach (var engine in Engines)
            {
                if (await places.MakeAsync(scenario, cancellationToken) is not { } place)
                {
                    Console.WriteLine($"{scenario.Name,-34} {Places.WhyNot}");
                    return true;
                }

                var (perSecond, processor) = await Round.RunAsync(engine, scenario, deployments, place, cancellationToken);
                await place.RemoveAsync();
                figures[engine].Add(perSecond);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {scenario.Name}, round {round + 1}, {engine}: {perSecond:0}/s, {processor:0.0} ms of processor each"));
            }

        var ours = figures["towpath"].Median();
        var reached = ours / figures["quartz-as-it-comes"].Median() >= scenario.Target;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name,-34} {ours,8:0} | {Peer(ours, figures["quartz-as-it-comes"])}  {$"≥ {scenario.Target} {Verdict(reached)}",-15} ")
            + $"| {Peer(ours, figures["quartz-tuned"])}     | {Peer(ours, figures["quartz-once"])}");
        return reached;
    }

    private static string Peer(double ours, List<double> figures) => string.Create(CultureInfo.InvariantCulture, $"{figures.Median(),8:0} {ours / figures.Median(),7:0.0}");

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
