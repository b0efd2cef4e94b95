using System.Globalization;

namespace Towpath.Benchmarks.StaticSite;

/// <summary>
/// <c>bench static-site</c>: a site of 2,000 files brought to S3, by a running control plane and by a process of its own, beside rclone and the AWS CLI as processes, on
/// the same emulated S3 in the same run.
/// </summary>
internal static class StaticSiteBenchmark
{
    private const int Changed = 20;

    public static async Task<int> RunAsync(IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        if (Peers.Missing() is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 4;
        }

        Machine.Print();
        Console.WriteLine($"peers     {Machine.Output(Peers.Rclone, ["version"])}; {Machine.Output(Peers.Aws, ["--version"])}");
        var folder = Directory.CreateTempSubdirectory("towpath-bench-").FullName;
        try
        {
            var reached = true;
            foreach (var latency in options.Contains("--only-memory") ? [] : (int[])[0, 20]) reached &= await MeasureAsync(folder, latency, Usage.Number(options, "--rounds", 5), cancellationToken);
            if (!options.Contains("--no-memory")) reached &= await LargeSite.MeasureAsync(folder, cancellationToken);
            return reached ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> MeasureAsync(string folder, int latency, int rounds, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(latency, cancellationToken);
        var figures = new Figures(latency);
        await using var controlPlane = await ControlPlaneTool.StartAsync(emulator, Path.Combine(folder, $"control-plane-{latency}"), cancellationToken);
        // A round that is not counted: programs come from the disk's cache, and the emulator is warm.
        for (var round = 0; round <= rounds; round++)
        {
            var at = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{latency}-{round}"));
            var first = SampleSite.Write(Path.Combine(at, "first"), new Dictionary<string, byte[]>(), round);
            var second = SampleSite.Write(Path.Combine(at, "second"), first, round, Changed);
            // In turn, so that nobody is always first.
            IReadOnlyList<SiteTool> tools = [new TowpathTool(emulator, at), controlPlane, new RcloneTool(emulator), new AwsTool(emulator)];
            foreach (var tool in tools.Skip(round % tools.Count).Concat(tools.Take(round % tools.Count)))
            {
                var bucket = string.Create(CultureInfo.InvariantCulture, $"site-{tool.Name.Replace(" ", "", StringComparison.Ordinal)}-{latency}-{round}");
                await emulator.AddBucketAsync(bucket, cancellationToken);
                await tool.PrepareAsync(bucket, cancellationToken);
                foreach (var (run, site) in ((Run, string)[])[(Run.Cold, "first"), (Run.Unchanged, "first"), (Run.Changed, "second")])
                {
                    var before = await emulator.RequestsAsync(cancellationToken);
                    var seconds = await tool.RunAsync(bucket, Path.Combine(at, site), cancellationToken);
                    var requests = await emulator.RequestsAsync(cancellationToken) - before;
                    if (round > 0) figures.Add(tool.Name, run, seconds, requests);
                }
            }

            Directory.Delete(at, recursive: true);
        }

        return figures.Print();
    }
}

internal enum Run
{
    /// <summary>Into an empty bucket.</summary>
    Cold,

    /// <summary>Once more.</summary>
    Unchanged,

    /// <summary>With twenty other files.</summary>
    Changed,
}
