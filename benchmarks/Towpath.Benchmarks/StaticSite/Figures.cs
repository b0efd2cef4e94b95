using System.Globalization;

namespace Towpath.Benchmarks.StaticSite;

/// <summary>Collects what was measured at one latency, prints the medians, and holds them against the targets.</summary>
internal sealed class Figures(int latency)
{
    private readonly List<(string Tool, Run Run, double Seconds, int Requests)> _all = [];

    public void Add(string tool, Run run, double seconds, int requests) => _all.Add((tool, run, seconds, requests));

    public bool Print()
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{SampleSite.Files:N0} files, {SampleSite.Megabytes} MB, {latency} ms added to each request"));
        Console.WriteLine($"{"",-15}{"cold s",10}{"requests",10}{"unchanged s",13}{"requests",10}{"20 changed s",14}{"requests",10}");
        foreach (var tool in _all.Select(a => a.Tool).Distinct())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{tool,-15}{Seconds(tool, Run.Cold),10:0.00}{Requests(tool, Run.Cold),10}{Seconds(tool, Run.Unchanged),13:0.00}{Requests(tool, Run.Unchanged),10}{Seconds(tool, Run.Changed),14:0.00}{Requests(tool, Run.Changed),10}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  unchanged, a process of its own: {Faster / Seconds(TowpathTool.Called, Run.Unchanged):0.0} × as fast as either; most of it is its start"));
        return Targets().Aggregate(true, (reached, target) => reached & Tell(target.Text, target.Found, target.Reached));
    }

    private IEnumerable<(string Text, string Found, bool Reached)> Targets()
    {
        if (latency == 0)
            yield return Factor("cold, as fast as the faster of the two", Math.Min(Seconds(RcloneTool.Called, Run.Cold), Seconds(AwsTool.Called, Run.Cold)), Run.Cold, 1);
        else
        {
            yield return Factor("cold, 1.5 × as fast as rclone", Seconds(RcloneTool.Called, Run.Cold), Run.Cold, 1.5);
            yield return Factor("cold, 3 × as fast as aws s3 sync", Seconds(AwsTool.Called, Run.Cold), Run.Cold, 3);
        }

        yield return Factor("unchanged, control plane, 5 × as fast as either", Faster, Run.Unchanged, 5, ControlPlaneTool.Called);
        yield return Most("unchanged, at most 3 requests", Run.Unchanged, 3);
        yield return Most("20 changed, at most 25 requests", Run.Changed, 25);
    }

    /// <summary>The faster peer's time where nothing changed.</summary>
    private double Faster => Math.Min(Seconds(RcloneTool.Called, Run.Unchanged), Seconds(AwsTool.Called, Run.Unchanged));

    private (string, string, bool) Factor(string text, double other, Run run, double least, string tool = TowpathTool.Called)
    {
        var factor = other / Seconds(tool, run);
        return (text, string.Create(CultureInfo.InvariantCulture, $"{factor:0.0} ×"), factor >= least);
    }

    private (string, string, bool) Most(string text, Run run, int most) => (text, $"{Most(run)}", Most(run) <= most);

    private int Most(Run run) => Math.Max(Requests(TowpathTool.Called, run), Requests(ControlPlaneTool.Called, run));

    private double Seconds(string tool, Run run) => _all.Where(a => a.Tool == tool && a.Run == run).Select(a => a.Seconds).Median();

    private int Requests(string tool, Run run) => _all.Where(a => a.Tool == tool && a.Run == run).Select(a => a.Requests).DefaultIfEmpty().Max();

    public static bool Tell(string text, string found, bool reached)
    {
        Console.WriteLine($"  {text,-50}{found,10}  {(reached ? "met" : "MISSED")}");
        return reached;
    }
}
