using System.Diagnostics;
using System.Globalization;
using Towpath.Benchmarks.Databases;
using Towpath.Engine.Storage;

namespace Towpath.Benchmarks.Webhooks;

/// <summary><c>bench webhooks</c>: deliveries that are accepted durably, beside Probot; pushes that become deployments; and both once more with a million stored.</summary>
internal sealed class WebhookBenchmark(IReadOnlyList<string> options, Payloads payloads, string packages, CancellationToken cancellationToken)
{
    public const string Probot = "probot@14";

    /// <summary>The runtime compiles what is called often once more, and does so beside the load.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    private readonly TimeSpan _length = TimeSpan.FromSeconds(Usage.Number(options, "--seconds", 20));
    private readonly int _stored = Usage.Number(options, "--stored", 1_000_000);
    private readonly string? _part = Usage.Text(options, "--part");
    private readonly string? _only = Usage.Text(options, "--only");
    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-bench-").FullName;
    private double? _peer;
    private bool _reached = true;

    public static async Task<int> RunAsync(IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        var packages = Path.Combine(Machine.Root, "artifacts", "npm");
        Install(packages);
        var payloads = Payloads.Read(packages);
        Machine.Print();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"load      {Load.Many} connections, {payloads.All.Count} published payloads of {payloads.MeanKilobytes:0.0} kB on average, client on the same machine"));
        Console.WriteLine();
        Console.WriteLine($"{"",-44} {"accepted/s",10} {"p50 ms",8} {"p99 ms",8} {"peak MB",8} {"refused",8} {"server µs",9} {"client µs",9}  target");
        return await new WebhookBenchmark(options, payloads, packages, cancellationToken).RunAsync() ? 0 : 1;
    }

    private async Task<bool> RunAsync()
    {
        try
        {
            // One process takes one SQLite library: the store's, which is chosen when the first database is opened.
            await using (StoreFactory.Open($"sqlite:{Path.Combine(_folder, "first.db")}", Clock.Time)) { }
            if (!options.Contains("--no-peer", StringComparer.Ordinal) && IsWanted("Probot")) await ProbotAsync();
            if (IsWanted("SQLite")) await TowpathAsync("SQLite", 8000, null, at => Task.FromResult($"sqlite:{Path.Combine(at, ".towpath", "towpath.db")}"));
            if (!IsWanted("PostgreSQL")) return _reached;
            await using var cluster = PostgresCluster.Start();
            await TowpathAsync("PostgreSQL", 4000, cluster.ProcessId, _ => cluster.CreateAsync(TimeSpan.Zero, cancellationToken));
            return _reached;
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private bool IsWanted(string name) => _only is null || name.Contains(_only, StringComparison.OrdinalIgnoreCase);

    private async Task ProbotAsync()
    {
        await using var server = await ServerProcess.ProbotAsync(Path.Combine(_folder, "probot"), packages, cancellationToken);
        var result = await new Load(payloads, server.Address, server.Path).RunAsync(WarmUp, _length, () => server.ProcessorTime, cancellationToken);
        _peer = result.PerSecond;
        Print($"{Probot}, which stores nothing", result, server.PeakMegabytes, "");
    }

    private async Task TowpathAsync(string name, int target, int? databaseServer, Func<string, Task<string>> create)
    {
        var folder = Path.Combine(_folder, name.ToLowerInvariant());
        Directory.CreateDirectory(folder);
        var database = await create(folder);
        var pushes = new PushBenchmark(packages, (int)_length.TotalSeconds, databaseServer, cancellationToken);
        var empty = _part is "pushes" ? null : await MeasureAsync($"Towpath on {name}, empty", folder, database, target, null);
        if (_part is not "accepting") _reached &= await pushes.MeasureAsync($"pushes to deployments, {name}, empty", folder + "-pushes", await create(folder + "-pushes"));
        if (_stored == 0) return;
        var since = Clock.Time.GetTimestamp();
        await StoredDeliveries.AddAsync(database, payloads, _stored, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"          {_stored:N0} stored in {Clock.Time.GetElapsedTime(since).TotalSeconds:0} s"));
        if (empty is not null) await MeasureAsync(string.Create(CultureInfo.InvariantCulture, $"Towpath on {name}, {_stored:N0} stored"), folder, database, target, empty.PerSecond);
        if (_part is not "accepting") _reached &= await pushes.MeasureAsync(string.Create(CultureInfo.InvariantCulture, $"pushes to deployments, {name}, {_stored:N0} stored"), folder, database);
    }

    private async Task<LoadResult> MeasureAsync(string what, string folder, string database, int target, double? empty)
    {
        await using var server = await ServerProcess.TowpathAsync(folder, database, cancellationToken);
        var result = await new Load(payloads, server.Address, server.Path).RunAsync(WarmUp, _length, () => server.ProcessorTime, cancellationToken);
        var behind = await KeptDeliveries.UntilHandledAsync(database, cancellationToken);
        var peak = server.PeakMegabytes;
        var isReached = result.PerSecond >= target && result.P99 <= 60 && peak <= 250 && result.Refused.Count == 0 && (empty is not { } before || result.PerSecond >= 0.9 * before);
        _reached &= isReached;
        var ratio = _peer is { } peer ? string.Create(CultureInfo.InvariantCulture, $", {result.PerSecond / peer:0.00} × Probot") : "";
        var slower = empty is { } first ? string.Create(CultureInfo.InvariantCulture, $", {result.PerSecond / first:0.00} × empty (≥ 0.90)") : "";
        Print(what, result, peak, string.Create(CultureInfo.InvariantCulture, $"≥ {target:N0}, p99 ≤ 60, ≤ 250 MB: {(isReached ? "reached" : "MISSED")}{ratio}{slower}"));
        Console.WriteLine($"          {behind}");
        return result;
    }

    private static void Print(string what, LoadResult result, double peak, string target) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what,-44} {result.PerSecond,10:0} {result.Median,8:0.0} {result.P99,8:0.0} {peak,8:0} {result.Refusals,8} {result.ServerMicroseconds,9:0} {result.ClientMicroseconds,9:0}  {target}"));

    private static void Install(string packages)
    {
        using var npm = Process.Start(new ProcessStartInfo("sh", [Path.Combine(Machine.Root, "tests", "npm.sh"), packages, Payloads.Package]) { UseShellExecute = false })!;
        npm.WaitForExit();
        using var probot = Process.Start(new ProcessStartInfo("sh", [Path.Combine(Machine.Root, "tests", "npm.sh"), Path.Combine(packages), Probot]) { UseShellExecute = false })!;
        probot.WaitForExit();
        if (npm.ExitCode != 0 || probot.ExitCode != 0) throw new InvalidOperationException($"npm could not install {Payloads.Package} and {Probot}");
    }
}
