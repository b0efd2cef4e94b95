using System.Text.Json;
using Towpath.Cli.Tests.Processes;

namespace Towpath.Cli.Tests.Commands;

/// <summary>A job of GitHub Actions tells of its build, tried on the real process.</summary>
public sealed class BuildAddTests
{
    private const string Commit = "1111111111111111111111111111111111111111";
    private static readonly string[] Call = ["build", "add", "--app", "web", "--commit", Commit];

    [Fact]
    [Trait("Row", "O2")]
    public async Task Job_without_an_API_token_shows_one_of_its_own_that_is_for_the_control_plane()
    {
        await using var runner = await Runner.StartAsync();
        var ran = await RunAsync(runner.Job());

        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.Equal(["Bearer request-token"], runner.Asked);
        Assert.Equal([runner.Url], runner.Audiences);
        Assert.Equal(["Bearer header.claims.signature"], runner.Shown);
        Assert.DoesNotContain("signature", ran.Output + ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audience_can_be_named_and_an_API_token_goes_first()
    {
        await using var runner = await Runner.StartAsync();
        Assert.Equal(0, (await RunAsync(runner.Job(), "--audience", "towpath")).ExitCode);
        Assert.Equal(["towpath"], runner.Audiences);
        Assert.Equal(0, (await RunAsync(runner.Job(("TOWPATH_TOKEN", "twp_of-our-own")))).ExitCode);
        Assert.Equal("Bearer twp_of-our-own", runner.Shown[^1]);
        Assert.Single(runner.Asked);
    }

    [Fact]
    public async Task Job_that_may_not_have_a_token_is_told_which_permission_is_missing()
    {
        await using var runner = await Runner.StartAsync();
        var none = await RunAsync(runner.Job(("ACTIONS_ID_TOKEN_REQUEST_URL", null), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", null)));
        var refused = await RunAsync(runner.Job(("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "another")));

        foreach (var ran in new[] { none, refused })
        {
            Assert.Equal(ExitCodes.NotAllowed, ran.ExitCode);
            Assert.Contains("id-token: write", ran.Error, StringComparison.Ordinal);
        }

        Assert.Empty(runner.Shown);
    }

    [Theory]
    [InlineData("http://example.com/token", "bad_id_token_url", ExitCodes.Wrong)]
    [InlineData("nonsense", "bad_id_token_url", ExitCodes.Wrong)]
    [InlineData("{url}/broken", "id_token_unavailable", ExitCodes.Technical)]
    [InlineData("{url}/failing", "id_token_unavailable", ExitCodes.Technical)]
    public async Task Runner_that_answers_nonsense_is_a_failure_that_says_so(string address, string code, int exitCode)
    {
        await using var runner = await Runner.StartAsync();
        var ran = await RunAsync(runner.Job(("ACTIONS_ID_TOKEN_REQUEST_URL", address.Replace("{url}", runner.Url, StringComparison.Ordinal))), "--json");

        Assert.Equal(exitCode, ran.ExitCode);
        using var json = JsonDocument.Parse(ran.Output);
        Assert.Equal(code, json.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    private static async Task<Ran> RunAsync(IReadOnlyDictionary<string, string?> environment, params string[] more)
    {
        using var folder = new TemporaryFolder();
        return await TowpathProcess.RunAsync(folder.Path, environment, [.. Call, .. more]);
    }

    /// <summary>The runner's token service and the control plane in one.</summary>
    private sealed class Runner : IAsyncDisposable
    {
        private readonly WebApplication _app;

        private Runner(WebApplication app) => _app = app;

        public string Url => _app.Urls.First();

        public List<string> Asked { get; } = [];

        public List<string> Audiences { get; } = [];

        public List<string> Shown { get; } = [];

        public static async Task<Runner> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var runner = new Runner(builder.Build());
            runner._app.Map("/token", runner.TokenAsync);
            runner._app.Map("/broken", http => http.Response.WriteAsync("<html>"));
            runner._app.Map("/failing", http =>
            {
                http.Response.StatusCode = 503;
                return Task.CompletedTask;
            });
            runner._app.Map("/api/v1/builds", runner.BuildAsync);
            await runner._app.StartAsync(TestContext.Current.CancellationToken);
            return runner;
        }

        public Dictionary<string, string?> Job(params ReadOnlySpan<(string Name, string? Value)> changes)
        {
            var job = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["GITHUB_ACTIONS"] = "true", ["TOWPATH_URL"] = Url + "/", ["ACTIONS_ID_TOKEN_REQUEST_URL"] = Url + "/token?api-version=2.0", ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "request-token",
            };
            foreach (var (name, value) in changes) job[name] = value;
            return job;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private Task TokenAsync(HttpContext http)
        {
            var bearer = http.Request.Headers.Authorization.ToString();
            if (bearer != "Bearer request-token")
            {
                http.Response.StatusCode = 401;
                return Task.CompletedTask;
            }

            Asked.Add(bearer);
            Audiences.Add(http.Request.Query["audience"].ToString());
            return http.Response.WriteAsync("""{"count":1,"value":"header.claims.signature"}""");
        }

        private Task BuildAsync(HttpContext http)
        {
            Shown.Add(http.Request.Headers.Authorization.ToString());
            http.Response.StatusCode = 201;
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync($$"""
                {"id":"b1","application":"web","commit":"{{Commit}}","version":"v1","artifacts":[],"digest":"sha256:{{new string('0', 64)}}","reported_by":"github-actions:acme/web","reported_at":"2026-01-01T00:00:00Z"}
                """);
        }
    }
}
