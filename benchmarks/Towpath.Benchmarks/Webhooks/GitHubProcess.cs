using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>The emulated GitHub without rate limits, a process of its own that ends with this one.</summary>
internal sealed class GitHubProcess : IAsyncDisposable
{
    private const int AtOnce = 500;

    private readonly Process _process;
    private readonly HttpClient _http;

    private GitHubProcess(Process process, Uri url)
    {
        (_process, Url) = (process, url);
        _http = new HttpClient { BaseAddress = url };
    }

    public Uri Url { get; }

    public static async Task<GitHubProcess> StartAsync(CancellationToken cancellationToken)
    {
        var program = Path.Combine(Machine.Root, "artifacts/bin/Towpath.GitHubEmulator/release/Towpath.GitHubEmulator");
        var process = Process.Start(new ProcessStartInfo(program, ["--port", "0", "--until-stdin-closes"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        const string begin = "listening on ";
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return line?.StartsWith(begin, StringComparison.Ordinal) == true ? new GitHubProcess(process, new Uri(line[begin.Length..])) : throw new InvalidOperationException($"the emulator said '{line}'");
    }

    /// <summary>An organization with repositories, where somebody who listens to deployments says at once that each succeeded, and an App that is installed for all of them.</summary>
    public async Task<SampleOrganization> FillAsync(int repositories, int pushes, CancellationToken cancellationToken)
    {
        JsonArray all = [.. Enumerable.Range(0, repositories).Select(n => (JsonNode)new JsonObject { ["fullName"] = SampleOrganization.NameOf(n), ["id"] = SampleOrganization.IdOf(n), ["listener"] = "success" })];
        var made = await PostAsync("state", new JsonObject
        {
            ["organizations"] = new JsonArray(new JsonObject { ["login"] = SampleOrganization.Owner, ["id"] = 77 }),
            ["repositories"] = all,
            ["apps"] = new JsonArray(new JsonObject
            {
                ["slug"] = "towpath", ["owner"] = SampleOrganization.Owner, ["webhookSecret"] = Payloads.Secret,
                ["permissions"] = new JsonObject { ["contents"] = "read", ["deployments"] = "write", ["checks"] = "read", ["statuses"] = "read" },
                ["installations"] = new JsonArray(new JsonObject { ["account"] = SampleOrganization.Owner }),
            }),
        }, cancellationToken);
        var app = made["apps"]![0]!;
        var commits = new List<string>();
        for (var done = 0; done < pushes; done += AtOnce)
        {
            JsonArray acts = [.. Enumerable.Range(done, Math.Min(AtOnce, pushes - done)).Select(n => (JsonNode)new JsonObject { ["repository"] = SampleOrganization.NameOf(n % repositories) })];
            commits.AddRange((await PostAsync("script", new JsonObject { ["push"] = acts }, cancellationToken))["push"]!.AsArray().Select(sha => (string)sha!));
        }

        return new SampleOrganization((long)app["id"]!, (string)app["key"]!, (long)app["installations"]![0]!["id"]!, repositories, commits);
    }

    /// <summary>When each commit got its deployment.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> DeployedAsync(CancellationToken cancellationToken)
    {
        var calls = await _http.GetFromJsonAsync<JsonArray>(new Uri("/_emulator/calls?route=" + Uri.EscapeDataString("POST /repos/{owner}/{repo}/deployments"), UriKind.Relative), cancellationToken);
        var created = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var call in calls!.Where(c => (int)c!["status"]! == 201))
            created.TryAdd((string)JsonNode.Parse((string)call!["body"]!)!["ref"]!, DateTimeOffset.Parse((string)call["at"]!, System.Globalization.CultureInfo.InvariantCulture));
        return created;
    }

    public double ProcessorTime => Benchmarks.ProcessorTime.Of(_process.Id);

    /// <summary>How many calls there were.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<JsonObject>(new Uri("/_emulator/stats", UriKind.Relative), cancellationToken))!["calls"]!.GetValue<int>();

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<JsonObject> PostAsync(string what, JsonObject body, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri("/_emulator/" + what, UriKind.Relative), body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)!.AsObject() : throw new InvalidOperationException($"the emulated GitHub refuses {what}: {text}");
    }
}

/// <summary>What there is at the emulated GitHub.</summary>
/// <param name="AppId">The App's id.</param>
/// <param name="Key">Its private key, PEM.</param>
/// <param name="Installation">The id of its installation.</param>
/// <param name="Repositories">How many repositories there are.</param>
/// <param name="Commits">In the order in which they are pushed; the n-th is of repository n modulo their number.</param>
internal sealed record SampleOrganization(long AppId, string Key, long Installation, int Repositories, IReadOnlyList<string> Commits)
{
    public const string Owner = "acme";

    public static string NameOf(int repository) => $"{Owner}/app-{repository:0000}";

    public static long IdOf(int repository) => 1_000_000 + repository;
}
