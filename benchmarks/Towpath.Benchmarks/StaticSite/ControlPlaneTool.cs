using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Benchmarks.Webhooks;

namespace Towpath.Benchmarks.StaticSite;

/// <summary>A control plane that runs already and is asked for promotions: timed from the request until the deployment says that it succeeded.</summary>
internal sealed class ControlPlaneTool : SiteTool, IAsyncDisposable
{
    public const string Called = "control plane";

    private readonly string _folder;
    private readonly ServerProcess _server;
    private readonly HttpClient _http;

    private ControlPlaneTool(EmulatorProcess emulator, string folder, ServerProcess server)
        : base(emulator)
    {
        _folder = folder;
        _server = server;
        _http = new HttpClient { BaseAddress = new Uri($"http://{server.Address}") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(folder, ".towpath", "admin.token")).Trim());
    }

    public override string Name => Called;

    private string Sites => SitesIn(_folder);

    public static async Task<ControlPlaneTool> StartAsync(EmulatorProcess emulator, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(SitesIn(folder));
        var settings = $$"""
            allow: { folders: ["{{SitesIn(folder)}}"] }
            projects: { bench: { repositories: [acme/docs], buckets: ["site-*"], roles: [own] } }

            """;
        var server = await ServerProcess.TowpathAsync(folder, $"sqlite:{Path.Combine(folder, "towpath.db")}", settings, AwsOf(emulator), cancellationToken);
        return new ControlPlaneTool(emulator, folder, server);
    }

    /// <summary>An application for this bucket alone.</summary>
    public override async Task PrepareAsync(string bucket, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "apps", bucket + ".yaml"), $$"""
            name: {{bucket}}
            repository: acme/docs
            artifact: { kind: static-site, source: "{{Sites}}/{sha}.zip" }
            version: "{sha}"
            environments:
              dev:
                target: { kind: static-site, region: {{EmulatorProcess.Region}}, bucket: {{bucket}} }
            """, cancellationToken);
        for (var tries = 0; tries < 300; tries++)
        {
            using var answer = await _http.GetAsync(new Uri($"/api/v1/applications/{bucket}", UriKind.Relative), cancellationToken);
            if (answer.IsSuccessStatusCode) return;
            await Clock.Wait(100, cancellationToken);
        }

        throw new TimeoutException($"the control plane does not take up {bucket}");
    }

    public override async Task<double> RunAsync(string bucket, string site, CancellationToken cancellationToken)
    {
        // What CI tells before, and no peer does.
        var commit = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(site)))[..40];
        var zip = Path.Combine(Sites, commit + ".zip");
        if (!File.Exists(zip)) Machine.Output("ln", [site + ".zip", zip]);
        await PostAsync("/api/v1/builds", new JsonObject { ["application"] = bucket, ["commit"] = commit, ["artifacts"] = new JsonArray(new JsonObject { ["reference"] = zip }) }, cancellationToken);
        var since = Clock.Time.GetTimestamp();
        var deployment = await PostAsync("/api/v1/promotions", new JsonObject { ["application"] = bucket, ["environment"] = "dev", ["version"] = commit }, cancellationToken);
        while ((string)deployment["phase"]! is not ("succeeded" or "failed" or "errored" or "rolled_back" or "needs_attention"))
        {
            await Clock.Wait(3, cancellationToken);
            deployment = (await _http.GetFromJsonAsync<JsonObject>(new Uri($"/api/v1/deployments/{(string)deployment["id"]!}", UriKind.Relative), cancellationToken))!;
        }

        var seconds = Clock.Time.GetElapsedTime(since).TotalSeconds;
        return (string)deployment["phase"]! == "succeeded" ? seconds : throw new InvalidOperationException($"the deployment to {bucket} ended as {deployment["phase"]}: {deployment["outcome"]}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    protected override ProcessStartInfo Start(string bucket, string site) => throw new NotSupportedException("it runs already");

    private static string SitesIn(string folder) => Path.Combine(folder, "sites");

    private async Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)!.AsObject() : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{path}: {(int)answer.StatusCode} {text}"));
    }
}
