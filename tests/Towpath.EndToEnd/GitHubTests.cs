using System.Text.Json.Nodes;
using Towpath.Engine.Tests.Storage;
using Towpath.Testing;

namespace Towpath.EndToEnd;

/// <summary>The program and a GitHub, each a process of its own: from a push to production, with GitHub told of it.</summary>
public sealed class GitHubTests(PostgresServer postgres)
{
    private const string CreateDeployment = "POST /repos/{owner}/{repo}/deployments";
    private const string CreateStatus = "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses";

    private static readonly string[] Events = ["push", "create", "delete", "pull_request", "issue_comment", "status", "check_run", "deployment", "deployment_status", "release", "workflow_run", "repository"];

    private static readonly string[] Permissions = ["actions", "checks", "contents", "deployments", "environments", "issues", "members", "pull_requests", "statuses"];

    [Fact]
    [Trait("Row", "O2")]
    [Trait("Row", "O3")]
    [Trait("Row", "D1")]
    [Trait("Row", "D5")]
    public async Task Build_that_its_workflow_reports_goes_to_production_by_commands_and_approvals_and_GitHub_shows_it()
    {
        await using var gitHub = await GitHubProcess.StartAsync();
        await using var plane = await ControlPlane.StartAsync(plane => ConnectAsync(plane, gitHub));
        var sha = await PushAsync(plane, gitHub, "one");
        await ReportAsync(plane, gitHub, sha);
        await UntilShownAsync(plane, gitHub, "dev", sha);
        var pull = await OpenAsync(gitHub);

        await CommandAsync(gitHub, pull, "/promote staging");
        await ApproveAsync(plane, "staging", "kim");
        await UntilShownAsync(plane, gitHub, "staging", sha);
        await CommandAsync(gitHub, pull, "/promote production");
        await ApproveAsync(plane, "production", "kim", "pat");
        await UntilShownAsync(plane, gitHub, "production", sha);

        Assert.Contains("one", (await ControlPlane.GetAsync(plane.Ports[3])).Body, StringComparison.Ordinal);
        await UntilSaidAsync(gitHub, pull, "`docs/production`: succeeded");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "T3")]
    [Trait("Row", "T5")]
    [Trait("Row", "D1")]
    public async Task Killed_before_and_after_its_calls_it_goes_on_and_GitHub_shows_each_deployment_once(bool onPostgres)
    {
        string[] database = onPostgres ? ["--database", await postgres.CreateAsync()] : [];
        await using var gitHub = await GitHubProcess.StartAsync();
        await using var plane = await ControlPlane.StartAsync(plane => ConnectAsync(plane, gitHub), database);
        var sha = await PushAsync(plane, gitHub, "one");

        var hold = await HoldAsync(gitHub, CreateDeployment, "delay");
        await ReportAsync(plane, gitHub, sha);
        await hold.KillAsync(plane);
        await plane.UpAsync();
        await UntilShownAsync(plane, gitHub, "dev", sha);
        var pull = await OpenAsync(gitHub);

        // GitHub is told of it while it waits.
        hold = await HoldAsync(gitHub, CreateDeployment, "delayAfter");
        await SayAsync(gitHub, pull, "/promote staging");
        await hold.KillAsync(plane);
        await plane.UpAsync();

        // Only a comment that says something else by then is changed.
        await UntilSaidAsync(gitHub, pull, "`docs/staging`: waiting");
        hold = await HoldAsync(gitHub, "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", "delayAfter");
        await ApproveAsync(plane, "staging", "kim");
        await hold.KillAsync(plane);
        await plane.UpAsync();
        await UntilShownAsync(plane, gitHub, "staging", sha);

        hold = await HoldAsync(gitHub, "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", "delay");
        await SayAsync(gitHub, pull, "/promote production");
        await hold.KillAsync(plane);

        // What it tells by itself is held from before its start, and told again as long as it was not noted.
        foreach (var kind in new[] { "delay", "delayAfter" })
        {
            hold = await HoldAsync(gitHub, CreateStatus, kind);
            await plane.UpAsync();
            await hold.KillAsync(plane);
        }

        // A first approval changes nothing that is told; the second one does.
        await plane.UpAsync();
        await UntilWaitingAsync(plane, "production");
        await ApproveAsync(plane, "production", "kim");
        hold = await HoldAsync(gitHub, CreateStatus, "delay");
        await ApproveAsync(plane, "production", "pat");
        await hold.KillAsync(plane);
        await plane.UpAsync();
        await UntilShownAsync(plane, gitHub, "production", sha);

        Assert.Contains("one", (await ControlPlane.GetAsync(plane.Ports[3])).Body, StringComparison.Ordinal);
        foreach (var environment in new[] { "dev", "staging", "production" })
        {
            var history = await plane.JsonAsync("dana", 0, "history", "docs", "--env", environment);
            Assert.Equal("succeeded", Assert.Single(history.GetProperty("deployments").EnumerateArray()).GetProperty("phase").GetString());
        }
    }

    /// <summary>The delivery example with the App in its settings; dana may write to the repository.</summary>
    private static async Task ConnectAsync(ControlPlane plane, GitHubProcess gitHub)
    {
        var permissions = new JsonObject();
        foreach (var permission in Permissions) permissions[permission] = "write";
        var made = await gitHub.SeedAsync(new JsonObject
        {
            ["users"] = new JsonArray(new JsonObject { ["login"] = "kim" }, new JsonObject { ["login"] = "dana" }),
            ["organizations"] = new JsonArray(new JsonObject { ["login"] = "acme", ["members"] = new JsonObject { ["kim"] = "admin" } }),
            ["repositories"] = new JsonArray(new JsonObject { ["fullName"] = "acme/docs", ["collaborators"] = new JsonObject { ["dana"] = "write" } }),
            ["apps"] = new JsonArray(new JsonObject
            {
                ["slug"] = "towpath", ["owner"] = "acme", ["webhookUrl"] = $"{plane.Url}/webhooks/github", ["webhookSecret"] = "what-github-signs-with", ["events"] = new JsonArray([.. Events.Select(name => (JsonNode)name)]),
                ["permissions"] = permissions, ["installations"] = new JsonArray(new JsonObject { ["account"] = "acme" }),
            }),
        });
        var app = made["apps"]![0]!;
        await File.WriteAllTextAsync(Path.Combine(plane.Folder, "app.pem"), (string)app["key"]!, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(plane.Folder, "webhook-secret"), "what-github-signs-with", TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(
            Path.Combine(plane.Folder, "towpath.yaml"),
            $"\ngithub: {{ app_id: {app["id"]}, private_key: \"file:app.pem\", webhook_secret: \"file:webhook-secret\", api_url: \"{gitHub.ApiUrl}\" }}\n", TestContext.Current.CancellationToken);
        if (plane.Arguments.Count == 0) return;
        // Of several machines one serves the sites.
        var spec = Path.Combine(plane.Folder, "apps", "docs.yaml");
        var text = await File.ReadAllTextAsync(spec, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(spec, text.Replace("kind: local-site,", $"kind: local-site, host: {Environment.MachineName},", StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }

    private static async Task<string> PushAsync(ControlPlane plane, GitHubProcess gitHub, string page)
    {
        var pushed = await gitHub.ScriptAsync("push", new JsonObject { ["repository"] = "acme/docs", ["files"] = new JsonObject { ["index.md"] = page }, ["author"] = "dana", ["message"] = page });
        var sha = (string)pushed["push"]![0]!;
        plane.Build(sha, page);
        return sha;
    }

    /// <summary>As a step of the workflow that built it, with the token that GitHub gives to its job.</summary>
    private static async Task ReportAsync(ControlPlane plane, GitHubProcess gitHub, string sha)
    {
        var job = (string)(await gitHub.ScriptAsync("jobs", new JsonObject { ["repository"] = "acme/docs" }))["jobs"]![0]!;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GITHUB_ACTIONS"] = "true", ["TOWPATH_URL"] = plane.Url, ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = job,
            ["ACTIONS_ID_TOKEN_REQUEST_URL"] = (string)(await gitHub.SeeAsync("state"))["oidc"]!["requestUrl"]!,
        };
        var ran = await plane.RunAsync(environment, "build", "add", "--app", "docs", "--commit", sha, "--artifact", $"builds/{sha}.zip", "--json");
        Assert.True(ran.ExitCode == 0, ran.Output + ran.Error);
    }

    private static async Task<long> OpenAsync(GitHubProcess gitHub)
    {
        await gitHub.ScriptAsync("push", new JsonObject { ["repository"] = "acme/docs", ["branch"] = "topic", ["author"] = "dana" });
        return (long)(await gitHub.CallAsync("dana", HttpMethod.Post, "repos/acme/docs/pulls", new JsonObject { ["title"] = "Topic", ["head"] = "topic", ["base"] = "main" }))["number"]!;
    }

    private static Task<JsonNode> SayAsync(GitHubProcess gitHub, long pull, string command) =>
        gitHub.CallAsync("dana", HttpMethod.Post, $"repos/acme/docs/issues/{pull}/comments", new JsonObject { ["body"] = command });

    /// <summary>Writes a command and waits until it was followed.</summary>
    private static async Task CommandAsync(GitHubProcess gitHub, long pull, string command)
    {
        await SayAsync(gitHub, pull, command);
        await Patience.UntilAsync(async () =>
        {
            var comments = (await gitHub.CallAsync("kim", HttpMethod.Get, $"repos/acme/docs/issues/{pull}/comments")).AsArray();
            return (int)comments.Single(comment => (string)comment!["body"]! == command)!["reactions"]!["rocket"]! == 1;
        }, what: $"{command} is followed");
    }

    /// <summary>Until the one comment of the App tells this.</summary>
    private static Task UntilSaidAsync(GitHubProcess gitHub, long pull, string words) => Patience.UntilAsync(
        async () => (await OwnCommentAsync(gitHub, pull)).Contains(words, StringComparison.Ordinal), () => OwnCommentAsync(gitHub, pull), $"the comment says {words}");

    private static async Task<string> OwnCommentAsync(GitHubProcess gitHub, long pull)
    {
        var comments = (await gitHub.CallAsync("kim", HttpMethod.Get, $"repos/acme/docs/issues/{pull}/comments")).AsArray();
        return (string?)comments.SingleOrDefault(comment => (string)comment!["user"]!["login"]! == "towpath[bot]")?["body"] ?? "";
    }

    private static async Task ApproveAsync(ControlPlane plane, string environment, params string[] people)
    {
        foreach (var person in people)
        {
            var ran = await plane.AsAsync(person, "approve", "docs", "--env", environment);
            Assert.True(ran.ExitCode is 0 or 3, ran.Output + ran.Error);
        }
    }

    private static Task UntilWaitingAsync(ControlPlane plane, string environment) => Patience.UntilAsync(
        async () => (await plane.JsonAsync("dana", 0, "history", "docs", "--env", environment)).GetProperty("deployments").EnumerateArray().Any(deployment => deployment.GetProperty("phase").GetString() == "waiting"),
        what: $"{environment} waits for approvals");

    /// <summary>Until GitHub has one deployment to it, of this commit, that ended well.</summary>
    private static async Task UntilShownAsync(ControlPlane plane, GitHubProcess gitHub, string environment, string sha)
    {
        await Patience.UntilAsync(
            async () => await gitHub.DeploymentsAsync("acme/docs", environment) is { Count: > 0 } shown && shown.Any(one => one.EndsWith(" success", StringComparison.Ordinal)),
            async () => string.Join('\n', [.. await gitHub.DeploymentsAsync("acme/docs", environment), (await plane.AsAsync("dana", "status")).Output]), $"{environment} is shown as deployed");
        Assert.StartsWith($"{sha[..7]}: ", Assert.Single(await gitHub.DeploymentsAsync("acme/docs", environment)), StringComparison.Ordinal);
    }

    /// <summary>Lets the next such call of the control plane wait, before or after its effect.</summary>
    private static async Task<Hold> HoldAsync(GitHubProcess gitHub, string call, string kind)
    {
        var before = await gitHub.HeldAsync();
        await gitHub.ScriptAsync("faults", new JsonObject { ["kind"] = kind, ["on"] = call, ["delayMs"] = 600_000 });
        return new Hold(gitHub, $"{kind} of {call}", before);
    }

    /// <summary>A call that waits, or will.</summary>
    private sealed record Hold(GitHubProcess GitHub, string What, int Before)
    {
        /// <summary>Ends the control plane once the call is there.</summary>
        public async Task KillAsync(ControlPlane plane)
        {
            await Patience.UntilAsync(async () => await GitHub.HeldAsync() > Before, async () => $"{(await plane.AsAsync("dana", "status")).Output}\n{await GitHub.SeeAsync("stats")}", What);
            await plane.KillAsync();
        }
    }
}
