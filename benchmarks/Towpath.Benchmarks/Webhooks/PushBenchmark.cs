using System.Globalization;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>
/// From the delivery of a push to the deployment that it causes at the emulated GitHub: the push is kept and handled, its application's environment found, its gates
/// evaluated, the deployment saved, planned and run. Whoever listens to the deployments says at once that they succeeded.
/// </summary>
/// <param name="packages">Where the examples are.</param>
/// <param name="seconds">How long a round is.</param>
/// <param name="databaseServer">The process that has the database, where it is one of its own.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class PushBenchmark(string packages, int seconds, int? databaseServer, CancellationToken cancellationToken)
{
    private const int Repositories = 2000;
    private const int Slow = 50;
    private const int Fast = 600;
    private const int LeastPerSecond = 500;
    private const int MostMilliseconds = 250;

    private readonly string _example = File.ReadAllText(Path.Combine(packages, "node_modules/@octokit/webhooks-examples/api.github.com/index.json"));

    public async Task<bool> MeasureAsync(string what, string at, string database)
    {
        await using var gitHub = await GitHubProcess.StartAsync(cancellationToken);
        var organization = await gitHub.FillAsync(Repositories, ((Slow + Fast) * seconds) + Repositories, cancellationToken);
        WriteSpecs(at, organization);
        var settings = $"github: {{ app_id: {organization.AppId}, private_key: \"file:key.pem\", webhook_secret: \"file:secret\", api_url: \"{gitHub.Url.ToString().TrimEnd('/')}\", secondary_limits: none }}\n";
        await using var server = await ServerProcess.TowpathAsync(at, database, settings, new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken);
        var sender = new PushSender(_example, server, organization);
        // Each repository once, so that all code is warm and every repository is known.
        await sender.SendAsync(Repositories, Fast / 2, cancellationToken);
        await UntilStillAsync(gitHub);
        var slow = await RoundAsync(gitHub, sender, Slow);
        var before = Processors(gitHub, server);
        var fast = await RoundAsync(gitHub, sender, Fast);
        var taken = Processors(gitHub, server).Zip(before, (now, then) => (now.Who, Each: (now.Milliseconds - then.Milliseconds) / fast.Sent));
        var perSecond = fast.Created / fast.Seconds;
        var isReached = slow.P99 <= MostMilliseconds && slow.Created == Slow * seconds && perSecond >= LeastPerSecond && server.PeakMegabytes <= 250;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-44} {perSecond,10:0} {slow.Median,8:0.0} {slow.P99,8:0.0} {server.PeakMegabytes,8:0} {(Slow * seconds) - slow.Created,8}  ≥ {LeastPerSecond}; at {Slow}/s p99 ≤ {MostMilliseconds}, ≤ 250 MB: {(isReached ? "reached" : "MISSED")}"));
        Console.WriteLine($"          processor for each push at {Fast}/s: {string.Join(", ", taken.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Who} {t.Each:0.00} ms")))}");
        return isReached;
    }

    private (string Who, double Milliseconds)[] Processors(GitHubProcess gitHub, ServerProcess server) =>
    [
        ("server", server.ProcessorTime.TotalMilliseconds), ("emulated GitHub", gitHub.ProcessorTime), ("sender", ProcessorTime.Of(Environment.ProcessId)),
        .. databaseServer is { } id ? [("PostgreSQL", ProcessorTime.OfFamily(id))] : Array.Empty<(string, double)>(),
    ];

    private static void WriteSpecs(string at, SampleOrganization organization)
    {
        Directory.CreateDirectory(Path.Combine(at, "apps"));
        File.WriteAllText(Path.Combine(at, "key.pem"), organization.Key);
        File.WriteAllText(Path.Combine(at, "secret"), Payloads.Secret + "\n");
        for (var n = 0; n < organization.Repositories; n++)
        {
            File.WriteAllText(Path.Combine(at, "apps", $"app-{n:0000}.yaml"), $$"""
                name: app-{{n:0000}}
                repository: {{SampleOrganization.NameOf(n)}}
                artifact: { kind: commit }
                version: "{sha}"
                environments:
                  dev:
                    auto_deploy: { branch: main }
                    target: { kind: github, environment: dev }

                """);
        }
    }

    private async Task<Outcome> RoundAsync(GitHubProcess gitHub, PushSender sender, int rate)
    {
        var before = sender.Sent.Count;
        await sender.SendAsync(rate * seconds, rate, cancellationToken);
        await UntilStillAsync(gitHub);
        var deployed = await gitHub.DeployedAsync(cancellationToken);
        var sent = sender.Sent.Skip(before).ToList();
        var times = sent.Where(s => deployed.ContainsKey(s.Commit)).Select(s => (deployed[s.Commit] - s.At).TotalMilliseconds).Order().ToArray();
        if (times.Length == 0) return new Outcome(sent.Count, 0, 1, double.NaN, double.NaN);
        var last = sent.Where(s => deployed.ContainsKey(s.Commit)).Max(s => deployed[s.Commit]);
        return new Outcome(sent.Count, times.Length, (last - sent[0].At).TotalSeconds, Load.At(times, 0.5), Load.At(times, 0.99));
    }

    /// <summary>
    /// Until nothing at all is asked of GitHub for two seconds. That is later than the last creation: what follows from it is work, too, and no round is to begin
    /// with what another one left. Of two pushes of one branch the older one may never be created.
    /// </summary>
    private async Task UntilStillAsync(GitHubProcess gitHub)
    {
        var (count, quiet) = (-1, 0);
        while (quiet < 8)
        {
            await Clock.Wait(250, cancellationToken);
            var now = await gitHub.CountAsync(cancellationToken);
            quiet = now == count ? quiet + 1 : 0;
            count = now;
        }
    }

    private sealed record Outcome(int Sent, int Created, double Seconds, double Median, double P99);
}
