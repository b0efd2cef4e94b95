using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>
/// From the delivery of a push to the deployment that it causes at the emulated GitHub: the push is kept and handled, its application's environment found, its gates
/// evaluated, the deployment saved, planned and run. Whoever listens to the deployments says at once that they succeeded.
/// </summary>
internal sealed class PushBenchmark(string packages, int seconds, CancellationToken cancellationToken)
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
        using var sender = new PushSender(_example, server, organization);
        // Each repository once, so that all code is warm and every repository is known.
        await sender.SendAsync(Repositories, Fast / 2, cancellationToken);
        await UntilDoneAsync(gitHub, sender.Sent.Count);
        var slow = await RoundAsync(gitHub, sender, Slow);
        var fast = await RoundAsync(gitHub, sender, Fast);
        var perSecond = fast.Created / fast.Seconds;
        var isReached = slow.P99 <= MostMilliseconds && slow.Created == Slow * seconds && perSecond >= LeastPerSecond && server.PeakMegabytes <= 250;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-44} {perSecond,10:0} {slow.Median,8:0.0} {slow.P99,8:0.0} {server.PeakMegabytes,8:0} {(Slow * seconds) - slow.Created,8}  ≥ {LeastPerSecond}; at {Slow}/s p99 ≤ {MostMilliseconds}, ≤ 250 MB: {(isReached ? "reached" : "MISSED")}"));
        return isReached;
    }

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
        await UntilDoneAsync(gitHub, sender.Sent.Count);
        var deployed = await gitHub.DeployedAsync(cancellationToken);
        var sent = sender.Sent.Skip(before).ToList();
        var times = sent.Where(s => deployed.ContainsKey(s.Commit)).Select(s => (deployed[s.Commit] - s.At).TotalMilliseconds).Order().ToArray();
        if (times.Length == 0) return new Outcome(0, 1, double.NaN, double.NaN);
        var last = sent.Where(s => deployed.ContainsKey(s.Commit)).Max(s => deployed[s.Commit]);
        return new Outcome(times.Length, (last - sent[0].At).TotalSeconds, Load.At(times, 0.5), Load.At(times, 0.99));
    }

    /// <summary>Until nothing more is created for three seconds: of two pushes of one branch the older one may never be.</summary>
    private async Task UntilDoneAsync(GitHubProcess gitHub, int most)
    {
        var (count, quiet) = (-1, 0);
        while (quiet < 12 && count < most)
        {
            await Clock.Wait(250, cancellationToken);
            var now = await gitHub.CountAsync(cancellationToken);
            quiet = now == count ? quiet + 1 : 0;
            count = now;
        }
    }

    private sealed record Outcome(int Created, double Seconds, double Median, double P99);
}

/// <summary>Sends signed pushes at a steady rate, whether or not anybody keeps up.</summary>
internal sealed class PushSender : IDisposable
{
    private readonly JsonObject _push;
    private readonly ServerProcess _server;
    private readonly SampleOrganization _organization;
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Load.Many });

    public PushSender(string examples, ServerProcess server, SampleOrganization organization)
    {
        (_server, _organization) = (server, organization);
        _push = JsonNode.Parse(examples)!.AsArray().Single(e => (string)e!["name"]! == "push")!["examples"]!.AsArray()
            .First(e => e!["head_commit"] is not null && e["installation"] is not null)!.AsObject();
    }

    public List<(string Commit, DateTimeOffset At)> Sent { get; } = [];

    public async Task SendAsync(int count, int perSecond, CancellationToken cancellationToken)
    {
        var start = Clock.Time.GetTimestamp();
        var underway = new List<Task>();
        for (var n = 0; n < count; n++)
        {
            var due = TimeSpan.FromSeconds((double)n / perSecond) - Clock.Time.GetElapsedTime(start);
            if (due > TimeSpan.FromMilliseconds(1)) await Clock.Wait((int)due.TotalMilliseconds, cancellationToken);
            var number = Sent.Count;
            var commit = _organization.Commits[number];
            Sent.Add((commit, Clock.Time.GetUtcNow()));
            underway.Add(SendAsync(BodyOf(number % _organization.Repositories, commit), cancellationToken));
        }

        await Task.WhenAll(underway);
    }

    public void Dispose() => _http.Dispose();

    private byte[] BodyOf(int repository, string commit)
    {
        var push = _push.DeepClone().AsObject();
        push["ref"] = "refs/heads/main";
        (push["before"], push["after"], push["created"], push["deleted"]) = (new string('1', 40), commit, false, false);
        push["head_commit"]!["id"] = commit;
        push["installation"]!["id"] = _organization.Installation;
        var of = push["repository"]!.AsObject();
        (of["id"], of["name"], of["full_name"]) = (SampleOrganization.IdOf(repository), SampleOrganization.NameOf(repository).Split('/')[1], SampleOrganization.NameOf(repository));
        (of["owner"]!["login"], of["owner"]!["id"], of["pushed_at"]) = (SampleOrganization.Owner, 77, Clock.Time.GetUtcNow().ToUnixTimeSeconds());
        return Encoding.UTF8.GetBytes(push.ToJsonString());
    }

    private async Task SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{_server.Address}{_server.Path}") { Content = new ByteArrayContent(body) };
        request.Content.Headers.Add("Content-Type", "application/json");
        request.Headers.Add("X-GitHub-Event", "push");
        request.Headers.Add("X-GitHub-Delivery", DeliveryGuids.Next().ToString());
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Payloads.Secret), body)));
        using var answer = await _http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
