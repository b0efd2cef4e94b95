using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Control;

/// <summary>Other processes steer the emulator over HTTP.</summary>
public sealed class ControlApiTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private Emulator _emulator = null!;
    private WebhookReceiver _receiver = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _emulator = await Emulator.StartAsync(cancellationToken: Token);
        _receiver = await WebhookReceiver.StartAsync(Token);
        _http.BaseAddress = _emulator.Url;
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("towpath-tests");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _emulator.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_world_is_put_there_and_lives_by_script()
    {
        var state = await SendAsync(HttpMethod.Put, "state", $$$"""
            {"users":[{"login":"kim","id":3003,"email":"kim@acme.example"}],
             "organizations":[{"login":"acme","id":2002,"members":{"kim":"admin"},"teams":{"staff":["kim"]}}],
             "repositories":[{"fullName":"acme/web","id":1001,"files":{"apps/web.yaml":"slug: web\n"},"collaborators":{"lee":"write"},"protectedBranches":["main"],
               "workflows":[{"path":".github/workflows/deploy.yml","inputs":{"id":true},"runName":"deploy","plan":{"runsForMs":null,"jobs":[{"name":"deploy","steps":["go"],"environment":"production"}]}}]},
              {"fullName":"eve/web","forkOf":"acme/web"}],
             "apps":[{"slug":"towpath","id":77,"owner":"acme","webhookUrl":"{{{_receiver.Url}}}","webhookSecret":"s","events":["push","deployment_status","check_run","workflow_run"],
               "permissions":{"contents":"read","deployments":"write"},"installations":[{"account":"acme","repositories":["web"]}]}]}
            """);
        Assert.Equal((77, 1001), ((long)state["apps"]![0]!["id"]!, (long)state["repositories"]![0]!["id"]!));
        Assert.StartsWith("-----BEGIN RSA PRIVATE KEY-----", (string?)state["apps"]![0]!["key"], StringComparison.Ordinal);

        var done = await SendAsync(HttpMethod.Post, "script", """
            {"push":[{"repository":"acme/web","branch":"topic","files":{"a":"b"},"author":"kim","message":"add a"}],"tags":[{"repository":"acme/web","tags":["v1"]}],
             "checks":[{"repository":"acme/web","ref":"topic","name":"build","conclusion":"failure"}],"runs":[{"repository":"acme/web","workflow":"deploy.yml"}],
             "send":[{"app":"towpath","event":"star","payload":{"action":"created"}}],"jobs":[{"repository":"acme/web","environment":"production","idsInSubject":true}],
             "rate":[{"of":"installation:1","remaining":3,"resetSeconds":9}],"login":"kim","latencyMs":0,"documentedLimits":true,"tokenLifetimeSeconds":60,
             "webhooks":[{"kind":"hold","event":"push"}],"faults":[{"kind":"error","on":"GET /repos/*","status":503,"times":-1}],"oidc":{"rotate":"forget","lifetimeSeconds":60}}
            """);
        Assert.Equal(40, ((string)done["push"]![0]!).Length);
        await SendAsync(HttpMethod.Post, "script", """{"push":[{"repository":"acme/web","files":{"c":"d"}}]}""");
        await SendAsync(HttpMethod.Post, "deliveries/settle", "{}");
        var deliveries = (await GetAsync("deliveries")).AsArray();
        Assert.Equal("held", (string?)deliveries[^1]!["status"]);
        Assert.Contains(deliveries, d => (string?)d!["event"] == "star");
        await SendAsync(HttpMethod.Post, "deliveries/release", "{}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _http.GetAsync("/repos/acme/web", Token)).StatusCode);
        Assert.Equal(503, (int)(await GetAsync("calls?after=0&status=503"))[0]!["status"]!);
        Assert.Equal(1, (int)(await GetAsync("stats"))["calls"]!);
        var run = (long)done["runs"]![0]!;
        await SendAsync(HttpMethod.Post, "script", $$"""{"runs":[{"repository":"acme/web","id":{{run}},"conclusion":"failure"}],"rename":[{"repository":"acme/web","to":"site"}]}""");
        var view = await GetAsync("state");
        Assert.Equal(("acme/site", "failure"), ((string?)view["repositories"]![0]!["fullName"], (string?)view["repositories"]![0]!["runs"]![0]!["conclusion"]));
        var before = DateTimeOffset.Parse((string)(await GetAsync("clock"))["now"]!);
        var after = DateTimeOffset.Parse((string)(await SendAsync(HttpMethod.Post, "clock", """{"advanceSeconds":3600}"""))["now"]!);
        Assert.True(after - before >= TimeSpan.FromHours(1));
        await SendAsync(HttpMethod.Post, "reset", "{}");
        Assert.Empty((await GetAsync("state"))["repositories"]!.AsArray());
    }

    [Theory]
    [InlineData("script", """{"fualts":[]}""", "A script has no member 'fualts'.")]
    [InlineData("script", """{"faults":[{"kind":"explode"}]}""", "explode")]
    [InlineData("script", """{"push":[{"repository":"none"}]}""", "There is no repository 'none'.")]
    [InlineData("state", """{"teams":[]}""", "State has no member 'teams'.")]
    [InlineData("state", """{"repositories":[{"fullName":"web"}]}""", "'web' is not OWNER/NAME.")]
    [InlineData("state", "[]", "The body is not a JSON object.")]
    [InlineData("clock", "{}", "advanceSeconds is missing.")]
    public async Task What_is_not_understood_is_refused(string what, string body, string words)
    {
        using var content = new StringContent(body);
        using var answer = await _http.PostAsync($"/_emulator/{what}", content, Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_executable_says_where_it_listens_and_ends_with_its_standard_input()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Towpath.GitHubEmulator"), ["--until-stdin-closes", "--limits", "documented"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(Token);
        Assert.StartsWith("listening on http://127.0.0.1:", line, StringComparison.Ordinal);

        var stats = await _http.GetFromJsonAsync<JsonObject>(new Uri(line!["listening on ".Length..] + "/_emulator/stats"), Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Token);

        Assert.Equal((0, 0), ((int?)stats!["calls"], process.ExitCode));
    }

    [Fact]
    public async Task A_wrong_option_is_told_with_the_right_ones()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Towpath.GitHubEmulator"), ["--limit", "none"]) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith("There is no option --limit.", error, StringComparison.Ordinal);
    }

    private async Task<JsonNode> GetAsync(string what) => JsonNode.Parse(await _http.GetStringAsync($"/_emulator/{what}", Token))!;

    private async Task<JsonNode> SendAsync(HttpMethod method, string what, string body)
    {
        using var request = new HttpRequestMessage(method, $"/_emulator/{what}") { Content = new StringContent(body) };
        using var answer = await _http.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
