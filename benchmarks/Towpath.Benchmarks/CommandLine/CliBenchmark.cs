using System.Diagnostics;
using System.Globalization;

namespace Towpath.Benchmarks.CommandLine;

/// <summary><c>bench cli</c>: what people wait for when they type, and what a server at rest takes.</summary>
internal static class CliBenchmark
{
    private const int Runs = 20;
    private const int Specs = 200;
    private static readonly string Towpath = Path.Combine(Machine.Root, "towpath");

    public static async Task<int> RunAsync(IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        _ = options;
        Machine.Print();
        Console.WriteLine();
        Console.WriteLine($"{"",-34} {"median",10} {"p95",10}  target");
        var folder = Directory.CreateTempSubdirectory("towpath-bench-").FullName;
        try
        {
            SpecFolder.Write(folder, Specs);
            var reached = await TimesAsync("towpath --version (ms)", ["--version"], 120, cancellationToken);
            reached &= await TimesAsync($"towpath validate, {Specs} specs (ms)", ["validate", folder], 600, cancellationToken);
            return reached & await ServerAtRest.MeasureAsync(Towpath, folder, cancellationToken) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> TimesAsync(string name, IReadOnlyList<string> arguments, double target, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 3; i++) await RunOnceAsync(arguments, cancellationToken);
        List<double> times = [];
        for (var i = 0; i < Runs; i++) times.Add(await RunOnceAsync(arguments, cancellationToken));
        var reached = times.Median() <= target;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-34} {times.Median(),10:0.0} {times.Percentile(0.95),10:0.0}  ≤ {target} {(reached ? "reached" : "MISSED")}"));
        return reached;
    }

    private static async Task<double> RunOnceAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var since = Clock.Time.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(Towpath, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var took = Clock.Time.GetElapsedTime(since).TotalMilliseconds;
        return process.ExitCode == 0
            ? took
            : throw new InvalidOperationException($"towpath {string.Join(' ', arguments)} ended with {process.ExitCode}: {(await errors).Split('\n')[0]}");
    }
}
