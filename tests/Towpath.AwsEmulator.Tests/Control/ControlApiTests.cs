using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.S3;
using Towpath.AwsEmulator.Tests.Calling;

namespace Towpath.AwsEmulator.Tests.Control;

/// <summary>Other processes steer the emulator over HTTP.</summary>
public sealed class ControlApiTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private Emulator _emulator = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        _http.BaseAddress = _emulator.Url;
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _emulator.DisposeAsync();
    }

    [Fact]
    public async Task State_is_seeded_and_forgotten()
    {
        await PostAsync("state", """
            {"ssm":{"parameters":{"/web/bucket":"site"}},"s3":{"buckets":{"site":{"index.html":"hello"}}},
             "iam":{"roles":[{"arn":"arn:aws:iam::111111111111:role/deploy","policies":{"p":{"Statement":[]}}}],"providers":[{"issuer":"https://token.actions.githubusercontent.com","clientIds":["x"]}]},
             "cloudfront":{"distributions":[{"id":"E1TOWPATH","bucket":"site"}]}}
            """);

        Assert.Equal(200, await GetParameterAsync());
        Assert.Equal("hello", await _http.GetStringAsync("/_emulator/cdn/E1TOWPATH/", TestContext.Current.CancellationToken));
        await PostAsync("reset", "{}");
        Assert.Equal(400, await GetParameterAsync());
        Assert.Null(S3State.Of(_emulator.State).TextOf("site", "index.html"));
    }

    [Fact]
    public async Task A_script_is_followed_and_calls_are_told()
    {
        await PostAsync("state", """{"ssm":{"parameters":{"/web/bucket":"site"}}}""");
        await PostAsync("script", """
            {"faults":[{"kind":"throttle","service":"ssm","times":2}],"deny":[{"action":"sts:*"}],"cloudfront":{"invalidationDelayMs":null},
             "latencyMs":0,"documentedLimits":true,"sessionLifetimeSeconds":60,"oidc":{"claims":{"sub":"repo:acme/web-app"}}}
            """);

        foreach (var status in (int[])[400, 400, 200]) Assert.Equal(status, await GetParameterAsync());
        var stats = await GetAsync("stats");
        Assert.Equal((3, 2, 3), ((int?)stats["calls"], (int?)stats["throttled"], (int?)stats["byOperation"]!["ssm:GetParameter"]));
        var calls = (await GetAsync("calls?after=1&service=ssm&operation=GetParameter")).AsArray();
        Assert.Equal([("ThrottlingException", 400), (null, 200)], calls.Select(c => ((string?)c!["error"], (int)c["status"]!)));
        Assert.Equal("arn:aws:iam::111111111111:user/admin", (string?)calls[0]!["principal"]);
        Assert.Equal("repo:acme/web-app", (string?)_emulator.GitHub.Claims["sub"]);
    }

    [Theory]
    [InlineData("script", """{"fualts":[]}""", "A script has no member 'fualts'.")]
    [InlineData("script", """{"faults":[{"kind":"explode"}]}""", "explode")]
    [InlineData("state", """{"ec2":{}}""", "State has no member 'ec2'.")]
    [InlineData("state", "[]", "The body is not a JSON object.")]
    public async Task What_is_not_understood_is_refused(string what, string body, string words)
    {
        using var content = new StringContent(body);
        using var answer = await _http.PostAsync($"/_emulator/{what}", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_executable_says_where_it_listens_and_ends_with_its_standard_input()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Towpath.AwsEmulator"), ["--until-stdin-closes", "--account", "333333333333"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("listening on http://127.0.0.1:", line, StringComparison.Ordinal);

        var stats = await _http.GetFromJsonAsync<JsonObject>(new Uri(line!["listening on ".Length..] + "/_emulator/stats"), TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 0), ((int?)stats!["calls"], process.ExitCode));
    }

    [Fact]
    public async Task A_wrong_option_is_told_with_the_right_ones()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Towpath.AwsEmulator"), ["--limit", "none"]) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith("There is no option --limit.", error, StringComparison.Ordinal);
    }

    private async Task<int> GetParameterAsync() => (await new SignedRequest(_emulator).JsonAsync("ssm", "AmazonSSM.GetParameter", new JsonObject { ["Name"] = "/web/bucket" })).Status;

    private async Task<JsonNode> GetAsync(string what) => JsonNode.Parse(await _http.GetStringAsync($"/_emulator/{what}", TestContext.Current.CancellationToken))!;

    private async Task PostAsync(string what, string body)
    {
        using var content = new StringContent(body);
        using var answer = await _http.PostAsync($"/_emulator/{what}", content, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
