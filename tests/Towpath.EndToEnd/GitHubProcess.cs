using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Description;
using Towpath.Testing;

namespace Towpath.EndToEnd;

/// <summary>The fake GitHub in a process of its own, as a GitHub Enterprise Server; steered over HTTP. What it was asked and what it answered is held against GitHub's description at the end.</summary>
internal sealed class GitHubProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private GitHubProcess(Process process, string url)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri(url + "/") };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("towpath-tests");
        ApiUrl = url + "/api/v3";
    }

    public string ApiUrl { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<GitHubProcess> StartAsync()
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Towpath.GitHubEmulator"), ["--api-prefix", "/api/v3", "--description", await DescriptionPackage.FileAsync(Checkout.Packages, Token), "--until-stdin-closes"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(Token) ?? throw new InvalidOperationException("the fake GitHub does not start");
        return new GitHubProcess(process, line["listening on ".Length..]);
    }

    /// <summary>What there is to be; the answer has the ids and secrets that were made.</summary>
    public Task<JsonNode> SeedAsync(JsonObject state) => SendAsync(HttpMethod.Put, "_emulator/state", state);

    public Task<JsonNode> ScriptAsync(string what, JsonObject act) => SendAsync(HttpMethod.Post, "_emulator/script", new JsonObject { [what] = new JsonArray(act) });

    public Task<JsonNode> SeeAsync(string what) => SendAsync(HttpMethod.Get, $"_emulator/{what}");

    /// <summary>How many calls were let wait until now.</summary>
    public async Task<int> HeldAsync() => (int)(await SeeAsync("stats"))["held"]!;

    /// <summary>A call of GitHub's API by a person.</summary>
    public Task<JsonNode> CallAsync(string login, HttpMethod method, string path, JsonNode? body = null) => SendAsync(method, "api/v3/" + path, body, "ghp_" + login);

    /// <summary>The deployments that there are to an environment, each with the states that it went through.</summary>
    public async Task<IReadOnlyList<string>> DeploymentsAsync(string repository, string environment)
    {
        var found = new List<string>();
        foreach (var deployment in (await CallAsync("kim", HttpMethod.Get, $"repos/{repository}/deployments?environment={environment}")).AsArray())
        {
            var statuses = (await CallAsync("kim", HttpMethod.Get, $"repos/{repository}/deployments/{deployment!["id"]}/statuses")).AsArray();
            found.Add($"{((string)deployment["sha"]!)[..7]}: {string.Join(' ', statuses.Reverse().Select(status => (string)status!["state"]!))}");
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        var problems = (await SeeAsync("problems")).AsArray();
        _http.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var response = await _http.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
