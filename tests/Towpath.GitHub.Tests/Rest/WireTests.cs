using System.Net;
using System.Text.Json;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Tests.Scene;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Rest;

/// <summary>What each call sends, as one reviewed list, and that it reads the answer.</summary>
public sealed class WireTests
{
    private const string Account = """{"id":12,"login":"octocat","type":"User"}""";
    private const string Deployment = $$"""{"id":42,"sha":"a84d88e","ref":"main","task":"deploy","environment":"production","description":null,"creator":{{Account}},"payload":"","created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:00:00Z"}""";
    private const string DeploymentStatus = $$"""{"id":1,"state":"in_progress","description":"","log_url":"","environment_url":"","environment":"production","creator":{{Account}},"created_at":"2026-03-02T09:00:00Z"}""";
    private const string Status = $$"""{"id":1,"state":"success","context":"ci","description":null,"target_url":null,"creator":{{Account}},"created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:00:00Z"}""";
    private const string Check = """{"id":4,"name":"towpath","head_sha":"a84d88e","status":"queued","conclusion":null,"external_id":"d1","app":{"id":1,"slug":"towpath"}}""";
    private const string Commit = $$"""{"sha":"a84d88e","commit":{"message":"Fix","author":{"name":"M","email":"m@example.com","date":"2026-03-02T09:00:00Z"},"committer":null},"author":{{Account}},"committer":null,"parents":[{"sha":"b"}]}""";
    private const string Pull = $$"""{"id":1,"number":7,"state":"open","title":"T","body":null,"draft":false,"user":{{Account}},"labels":[{"id":1,"name":"deploy"}],"head":{"ref":"topic","sha":"a84d88e","repo":{"id":75,"full_name":"fork/web"},"user":{{Account}}},"base":{"ref":"main","sha":"b","repo":{"id":74,"full_name":"acme/web"},"user":{{Account}}},"merged_at":null}""";
    private const string Comment = $$"""{"id":9,"body":"/deploy dev","user":{{Account}},"created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:00:00Z","performed_via_github_app":null}""";
    private const string Release = $$"""{"id":3,"tag_name":"v1.0.0","target_commitish":"a84d88e","name":null,"body":null,"draft":true,"prerelease":false,"author":{{Account}},"created_at":"2026-03-02T09:00:00Z","published_at":null}""";
    private const string Run = $$"""{"id":30,"name":"deploy","display_title":"deploy d1","path":".github/workflows/deploy.yml","workflow_id":5,"event":"workflow_dispatch","status":"queued","conclusion":null,"head_sha":"a84d88e","head_branch":"main","run_attempt":1,"run_number":2,"actor":{{Account}}}""";
    private const string Environment = """{"id":8,"name":"production","protection_rules":[{"id":1,"type":"required_reviewers","prevent_self_review":true,"reviewers":[{"type":"Team","reviewer":{"id":5,"slug":"ops"}}]},{"id":2,"type":"wait_timer","wait_timer":30}],"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}""";
    private const string Rule = """{"id":3,"node_id":"x","enabled":true,"app":{"id":4711,"slug":"towpath","integration_url":"https://api.github.com/apps/towpath","node_id":"y"}}""";
    private const string Installation = $$"""{"id":1,"account":{{Account}},"app_id":4711,"repository_selection":"all","permissions":{"contents":"read"},"events":["push"],"suspended_at":null}""";
    private const string Repository = $$"""{"id":74,"name":"web","full_name":"acme/web","owner":{{Account}},"default_branch":"main","private":true}""";
    private const string Delivery = """{"id":100,"guid":"72d3162e","delivered_at":"2026-03-02T09:00:00Z","redelivery":false,"duration":0.03,"status":"OK","status_code":202,"event":"push","action":null,"installation_id":1,"repository_id":74}""";

    /// <summary>Whoever asks where a ref stands looks again by itself, and holds up everything else of its lane meanwhile.</summary>
    [Fact]
    public void Where_a_ref_stands_is_not_waited_for_long() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(_ => new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "30" } } }));
        await Assert.ThrowsAsync<GitHubLimitedException>(() => new RefsApi(client.GitHub).FindAsync(Web, "refs/heads/main", TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<GitHubLimitedException>(() => new RefsApi(client.GitHub).FindTagAsync(Web, "a84d88e", TestContext.Current.CancellationToken));
        Assert.Single(client.Calls);
    });

    private static readonly GitHubRepository Web = Client.Web;
    private static readonly DateTimeOffset Now = VirtualTime.Start;

    private static readonly (string Call, string Answer, int Status, Func<IGitHubClient, CancellationToken, Task<object?>> Make)[] Calls =
    [
        ("deployments: create", Deployment, 201, async (g, c) => await new DeploymentsApi(g).CreateAsync(Web, new NewDeployment { Ref = "a84d88e", Environment = "production", Task = "deploy", Description = new string('d', 200), Payload = JsonDocument.Parse("""{"id":"d1"}""").RootElement, ProductionEnvironment = true, TransientEnvironment = false }, c)),
        ("deployments: find", Deployment, 200, async (g, c) => await new DeploymentsApi(g).FindAsync(Web, 42, c)),
        ("deployments: list", $"[{Deployment}]", 200, (g, c) => First(new DeploymentsApi(g).ListAsync(Web, new DeploymentFilter("pr 42/x", "a84d88e", "deploy"), c))),
        ("deployments: delete", "", 204, async (g, c) => await new DeploymentsApi(g).DeleteAsync(Web, 42, c)),
        ("deployments: report", DeploymentStatus, 201, async (g, c) => await new DeploymentsApi(g).ReportAsync(Web, 42, new NewDeploymentStatus { State = DeploymentState.InProgress, Description = "step 1\nof 3", LogUrl = "https://towpath.example/1", EnvironmentUrl = "https://acme.example", AutoInactive = false }, c)),
        ("deployments: statuses", $"[{DeploymentStatus}]", 200, (g, c) => First(new DeploymentsApi(g).StatusesAsync(Web, 42, c))),
        ("statuses: report", Status, 201, async (g, c) => await new StatusesApi(g).ReportAsync(Web, "a84d88e", new NewCommitStatus { State = CommitState.Pending, Context = "towpath/production", Description = "waits", TargetUrl = "https://towpath.example/1" }, c)),
        ("statuses: list", $"[{Status}]", 200, (g, c) => First(new StatusesApi(g).ListAsync(Web, "a84d88e", c))),
        ("checks: create", Check, 201, async (g, c) => await new ChecksApi(g).CreateAsync(Web, new NewCheckRun { Name = "towpath", HeadSha = "a84d88e", ExternalId = "d1", Status = CheckStatus.InProgress, StartedAt = Now, Output = new CheckOutput("Plan", "- one") }, c)),
        ("checks: update", Check, 200, async (g, c) => await new ChecksApi(g).UpdateAsync(Web, 4, new CheckRunChange { Status = CheckStatus.Completed, Conclusion = CheckConclusion.ActionRequired, CompletedAt = Now }, c)),
        ("checks: list", $$"""{"total_count":1,"check_runs":[{{Check}}]}""", 200, (g, c) => First(new ChecksApi(g).ListAsync(Web, "a84d88e", c))),
        ("commits: find", Commit, 200, async (g, c) => await new CommitsApi(g).FindAsync(Web, "feature/a b", c)),
        ("commits: compare", $$"""{"status":"ahead","ahead_by":1,"behind_by":0,"total_commits":1,"commits":[{{Commit}}],"merge_base_commit":{{Commit}},"files":[{"filename":"a","status":"modified","additions":1,"deletions":0}]}""", 200, async (g, c) => await new CommitsApi(g).CompareAsync(Web, "v1.0.0", "a84d88e", c)),
        ("commits: pulls", $"[{Pull}]", 200, (g, c) => First(new CommitsApi(g).PullsAsync(Web, "a84d88e", c))),
        ("contents: read", "auto_deploy_on: x", 200, async (g, c) => await new ContentsApi(g).ReadAsync(Web, ".github/deploy.yml", "a84d88e", c)),
        ("contents: list", """{"type":"dir","entries":[{"name":"web.yaml","path":"apps/web.yaml","type":"file","sha":"c","size":10}]}""", 200, async (g, c) => await new ContentsApi(g).ListAsync(Web, "apps", "a84d88e", c)),
        ("refs: find", """{"ref":"refs/heads/feature/a","object":{"type":"commit","sha":"a84d88e"}}""", 200, async (g, c) => await new RefsApi(g).FindAsync(Web, "refs/heads/feature/a", c)),
        ("refs: list", """[{"ref":"refs/tags/v1","object":{"type":"tag","sha":"t"}}]""", 200, (g, c) => First(new RefsApi(g).ListAsync(Web, "refs/tags/", c))),
        ("refs: create", """{"ref":"refs/heads/release/1.0.0","object":{"type":"commit","sha":"a84d88e"}}""", 201, async (g, c) => await new RefsApi(g).CreateAsync(Web, "refs/heads/release/1.0.0", "a84d88e", c)),
        ("refs: tag", """{"tag":"v1","object":{"type":"commit","sha":"a84d88e"},"message":"one"}""", 200, async (g, c) => await new RefsApi(g).FindTagAsync(Web, "t", c)),
        ("pulls: find", Pull, 200, async (g, c) => await new PullsApi(g).FindAsync(Web, 7, c)),
        ("pulls: list", $"[{Pull}]", 200, (g, c) => First(new PullsApi(g).ListAsync(Web, "open", c))),
        ("pulls: files", """[{"filename":"apps/web.yaml","status":"renamed","previous_filename":"apps/old.yaml","additions":1,"deletions":2}]""", 200, (g, c) => First(new PullsApi(g).FilesAsync(Web, 7, c))),
        ("issues: comments", $"[{Comment}]", 200, (g, c) => First(new IssuesApi(g).CommentsAsync(Web, 7, c))),
        ("issues: comment", Comment, 201, async (g, c) => await new IssuesApi(g).CommentAsync(Web, 7, "**Plan** <b>\"x\"</b> é", c)),
        ("issues: change comment", Comment, 200, async (g, c) => await new IssuesApi(g).ChangeCommentAsync(Web, 9, "done", c)),
        ("issues: react", """{"id":1,"content":"eyes","user":null}""", 201, async (g, c) => await new IssuesApi(g).ReactAsync(Web, 9, Reaction.ThumbsUp, c)),
        ("issues: labels", """[{"id":1,"name":"deploy/dev"}]""", 200, (g, c) => First(new IssuesApi(g).LabelsAsync(Web, 7, c))),
        ("issues: add labels", """[{"id":1,"name":"deploy"}]""", 200, async (g, c) => await new IssuesApi(g).AddLabelsAsync(Web, 7, ["deploy"], c)),
        ("issues: remove label", "[]", 200, async (g, c) => await new IssuesApi(g).RemoveLabelAsync(Web, 7, "deploy/dev", c)),
        ("releases: list", $"[{Release}]", 200, (g, c) => First(new ReleasesApi(g).ListAsync(Web, c))),
        ("releases: find", Release, 200, async (g, c) => await new ReleasesApi(g).FindAsync(Web, 3, c)),
        ("releases: find by tag", Release, 200, async (g, c) => await new ReleasesApi(g).FindByTagAsync(Web, "release/v1", c)),
        ("releases: create", Release, 201, async (g, c) => await new ReleasesApi(g).CreateAsync(Web, new ReleaseText { TagName = "v1.0.0", TargetCommitish = "a84d88e", Name = "v1.0.0", Body = "## Fixes", Draft = true }, c)),
        ("releases: change", Release, 200, async (g, c) => await new ReleasesApi(g).ChangeAsync(Web, 3, new ReleaseText { Body = "more" }, c)),
        ("releases: delete", "", 204, async (g, c) => await new ReleasesApi(g).DeleteAsync(Web, 3, c)),
        ("releases: notes", """{"name":"v1","body":"* one"}""", 200, async (g, c) => await new ReleasesApi(g).GenerateNotesAsync(Web, new NotesQuestion("v1", "a84d88e"), c)),
        ("actions: dispatch", """{"workflow_run_id":30,"run_url":"https://api.github.com/x","html_url":"https://github.com/x"}""", 200, async (g, c) => await new ActionsApi(g).DispatchAsync(Web, "deploy.yml", new WorkflowDispatch("main", new Dictionary<string, string> { ["towpath_id"] = "d1" }), c)),
        ("actions: find run", Run, 200, async (g, c) => await new ActionsApi(g).FindRunAsync(Web, 30, c)),
        ("actions: runs of a workflow", $$"""{"total_count":1,"workflow_runs":[{{Run}}]}""", 200, (g, c) => First(new ActionsApi(g).RunsOfAsync(Web, "deploy.yml", "workflow_dispatch", Now, c))),
        ("actions: runs at a commit", $$"""{"total_count":1,"workflow_runs":[{{Run}}]}""", 200, (g, c) => First(new ActionsApi(g).RunsAtAsync(Web, "a84d88e", c))),
        ("actions: cancel", "{}", 202, async (g, c) => await new ActionsApi(g).CancelAsync(Web, 30, c)),
        ("environments: find", Environment, 200, async (g, c) => await new EnvironmentsApi(g).FindAsync(Web, "prod/eu", c)),
        ("environments: list", $$"""{"total_count":1,"environments":[{{Environment}}]}""", 200, (g, c) => First(new EnvironmentsApi(g).ListAsync(Web, c))),
        ("environments: set", Environment, 200, async (g, c) => await new EnvironmentsApi(g).SetAsync(Web, "production", new EnvironmentRules { PreventSelfReview = true, Reviewers = [new NewReviewer("Team", 5)], DeploymentBranchPolicy = new BranchPolicyKind(false, true) }, c)),
        ("environments: set to nothing", Environment, 200, async (g, c) => await new EnvironmentsApi(g).SetAsync(Web, "dev", new EnvironmentRules(), c)),
        ("environments: branches", """{"total_count":1,"branch_policies":[{"id":1,"node_id":"x","name":"v*","type":"tag"}]}""", 200, (g, c) => First(new EnvironmentsApi(g).BranchesAsync(Web, "production", c))),
        ("environments: add branch", """{"id":1,"name":"main"}""", 200, async (g, c) => { await new EnvironmentsApi(g).AddBranchAsync(Web, "production", new NewBranchPolicy("main", "branch"), c); return "added"; }),
        ("environments: remove branch", "", 204, async (g, c) => await new EnvironmentsApi(g).RemoveBranchAsync(Web, "production", 1, c)),
        ("protection rules: answer", "", 204, async (g, c) => { await new ProtectionRulesApi(g).AnswerAsync(Web, 30, new ProtectionAnswer("production", ProtectionState.Approved, "all gates are open"), c); return "answered"; }),
        ("protection rules: report", "", 204, async (g, c) => { await new ProtectionRulesApi(g).ReportAsync(Web, 30, new ProtectionReport("production", "waits for approval"), c); return "reported"; }),
        ("protection rules: list", $$"""{"total_count":1,"custom_deployment_protection_rules":[{{Rule}}]}""", 200, async (g, c) => await new ProtectionRulesApi(g).ListAsync(Web, "production", c)),
        ("protection rules: available", """{"total_count":1,"available_custom_deployment_protection_rule_integrations":[{"id":4711,"slug":"towpath"}]}""", 200, (g, c) => First(new ProtectionRulesApi(g).AvailableAsync(Web, "production", c))),
        ("protection rules: enable", Rule, 201, async (g, c) => await new ProtectionRulesApi(g).EnableAsync(Web, "production", 4711, c)),
        ("protection rules: disable", "", 204, async (g, c) => await new ProtectionRulesApi(g).DisableAsync(Web, "production", 3, c)),
        ("teams: membership", """{"url":"https://api.github.com/x","role":"member","state":"active"}""", 200, async (g, c) => await new TeamsApi(g).FindMembershipAsync(1, "acme", "ops", "octocat", c)),
        ("teams: members", $"[{Account}]", 200, (g, c) => First(new TeamsApi(g).MembersAsync(1, "acme", "ops", c))),
        ("teams: find", """{"id":5,"slug":"ops","name":"Ops"}""", 200, async (g, c) => await new TeamsApi(g).FindAsync(1, "acme", "ops", c)),
        ("collaborators: permission", $$"""{"permission":"write","role_name":"maintain","user":{{Account}}}""", 200, async (g, c) => await new CollaboratorsApi(g).FindPermissionAsync(Web, "octocat", c)),
        ("installations: app", $$"""{"id":4711,"slug":"towpath","name":"Towpath","client_id":"Iv1","owner":{{Account}},"permissions":{"deployments":"write"},"events":["push"]}""", 200, async (g, c) => await new InstallationsApi(g).AppAsync(c)),
        ("installations: list", $"[{Installation}]", 200, (g, c) => First(new InstallationsApi(g).ListAsync(c))),
        ("installations: find", Installation, 200, async (g, c) => await new InstallationsApi(g).FindAsync(1, c)),
        ("installations: of a repository", Installation, 200, async (g, c) => await new InstallationsApi(g).FindOfAsync("acme", "web", c)),
        ("installations: repositories", $$"""{"total_count":1,"repositories":[{{Repository}}]}""", 200, (g, c) => First(new InstallationsApi(g).RepositoriesAsync(1, c))),
        ("repositories: find", Repository, 200, async (g, c) => await new RepositoriesApi(g).FindAsync(Web, c)),
        ("deliveries: list", $"[{Delivery}]", 200, (g, c) => First(new HookDeliveriesApi(g).ListAsync(c))),
        ("deliveries: find", """{"id":100,"guid":"72d3162e","event":"push","request":{"headers":{"X-GitHub-Event":"push"},"payload":{"ref":"refs/heads/main"}}}""", 200, async (g, c) => await new HookDeliveriesApi(g).FindAsync(100, c)),
        ("deliveries: again", "{}", 202, async (g, c) => { await new HookDeliveriesApi(g).RedeliverAsync(100, c); return "asked"; }),
        ("manifests: convert", $$"""{"id":4711,"slug":"towpath","client_id":"Iv1","client_secret":"s","webhook_secret":null,"pem":"p","owner":{{Account}}}""", 201, async (g, c) => await new AppManifestsApi(g).ConvertAsync("c/o?de", c)),
        ("users: who logged in", Account, 200, async (g, c) => await new UsersApi(g).ReadAsync(new Towpath.GitHub.Apps.UserToken("ghu_x", null), c)),
        ("users: find", Account, 200, async (g, c) => await new UsersApi(g).FindAsync(1, "octocat", c)),
    ];

    [Fact]
    public async Task Calls_send_what_GitHub_s_documentation_says()
    {
        var lines = new List<string>();
        foreach (var (call, answer, status, make) in Calls)
        {
            using var client = new Client(new FakeWeb(FakeWeb.Json((HttpStatusCode)status, answer)));
            Assert.True(await make(client.GitHub, TestContext.Current.CancellationToken) is not (null or false), call);
            var sent = Assert.Single(client.Calls);
            var who = sent.Authorization switch { null => "nobody", "Bearer ghu_x" => "person", var token => token.StartsWith("Bearer ghs_", StringComparison.Ordinal) ? "installation" : "App" };
            var accept = sent.Headers["Accept"] == "application/vnd.github+json" ? "" : $"\n  accept {sent.Headers["Accept"]}";
            lines.Add($"{call} ({who})\n  {sent.Method} {sent.Path}{accept}{(sent.Body.Length == 0 ? "" : $"\n  {sent.Body}")}");
        }

        Snapshot.Matches(string.Join("\n", lines));
    }

    [Fact]
    public async Task A_deployment_that_GitHub_merged_instead_is_no_deployment()
    {
        var merged = Assert.IsType<DeploymentCreation.Merged>(await CreateAsync(202, """{"message":"Auto-merged main into topic on deployment."}"""));
        Assert.Equal("Auto-merged main into topic on deployment.", merged.Message);
    }

    [Fact]
    public async Task A_deployment_that_is_refused_names_what_did_not_pass()
    {
        const string Body = """{"message":"Conflict: Commit status checks failed for topic.","errors":[{"contexts":[{"context":"ci","state":"pending"},{"context":"lint","state":"failure"}],"resource":"Deployment","field":"required_contexts","code":"invalid"}]}""";
        var refused = Assert.IsType<DeploymentCreation.Refused>(await CreateAsync(409, Body));
        Assert.Equal([new GitHubContext("ci", "pending"), new GitHubContext("lint", "failure")], Assert.Single(refused.Failure.Errors).Contexts);
        Assert.Equal("GitHub, creating a deployment of acme/web: Conflict: Commit status checks failed for topic.: Deployment.required_contexts invalid ci is pending, lint is failure (HTTP 409)", refused.Failure.ToString());
    }

    [Theory]
    [InlineData("""{"id":75,"full_name":"fork/web"}""", true)]
    [InlineData("null", true)]
    [InlineData("""{"id":74,"full_name":"acme/renamed"}""", false)]
    public async Task A_pull_request_from_elsewhere_is_told_by_the_repository_s_id(string repository, bool isFork)
    {
        using var client = new Client(new FakeWeb(FakeWeb.Json(Pull.Replace("""{"id":75,"full_name":"fork/web"}""", repository, StringComparison.Ordinal))));
        Assert.Equal(isFork, (await new PullsApi(client.GitHub).FindAsync(Web, 7, TestContext.Current.CancellationToken))!.IsFork);
    }

    [Fact]
    public async Task What_is_not_there_is_null_or_false()
    {
        using var client = new Client(new FakeWeb(FakeWeb.Json(HttpStatusCode.NotFound, """{"message":"Not Found"}""")));
        var (github, none) = (client.GitHub, TestContext.Current.CancellationToken);
        Assert.Null(await new DeploymentsApi(github).FindAsync(Web, 1, none));
        Assert.Null(await new ContentsApi(github).ReadAsync(Web, "a", "b", none));
        Assert.Null(await new ContentsApi(github).ListAsync(Web, "a", "b", none));
        Assert.Null(await new CommitsApi(github).FindAsync(Web, "b", none));
        Assert.Null(await new CollaboratorsApi(github).FindPermissionAsync(Web, "nobody", none));
        Assert.Null(await new TeamsApi(github).FindMembershipAsync(1, "acme", "ops", "nobody", none));
        Assert.Null(await new IssuesApi(github).ChangeCommentAsync(Web, 1, "x", none));
        Assert.Null(await new AppManifestsApi(github).ConvertAsync("old", none));
        Assert.False(await new IssuesApi(github).RemoveLabelAsync(Web, 7, "x", none));
    }

    [Fact]
    public async Task A_server_that_does_not_say_which_run_it_starts_is_understood()
    {
        using var client = new Client(new FakeWeb(FakeWeb.Status(204)));
        Assert.Null(await new ActionsApi(client.GitHub).DispatchAsync(Web, "deploy.yml", new WorkflowDispatch("main") { ReturnRunDetails = null }, TestContext.Current.CancellationToken));
        Assert.Equal("""{"ref":"main"}""", Assert.Single(client.Calls).Body);
    }

    [Fact]
    public async Task A_ref_that_exists_is_not_created()
    {
        using var exists = new Client(new FakeWeb(FakeWeb.Json(HttpStatusCode.UnprocessableEntity, """{"message":"Reference already exists"}""")));
        Assert.Null(await new RefsApi(exists.GitHub).CreateAsync(Web, "refs/tags/v1", "a", TestContext.Current.CancellationToken));
        using var bad = new Client(new FakeWeb(FakeWeb.Json(HttpStatusCode.UnprocessableEntity, """{"message":"Object does not exist"}""")));
        await Assert.ThrowsAsync<GitHubException>(() => new RefsApi(bad.GitHub).CreateAsync(Web, "refs/tags/v1", "a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_comparison_of_many_commits_reads_every_page()
    {
        static string Page(params string[] commits) => $$"""{"status":"ahead","ahead_by":3,"behind_by":0,"total_commits":3,"commits":[{{string.Join(',', commits.Select(c => $$"""{"sha":"{{c}}"}"""))}}]}""";
        using var client = new Client(new FakeWeb(asked => asked.Path.Contains("&page=2", StringComparison.Ordinal)
            ? FakeWeb.Response(HttpStatusCode.OK, Page("c"))
            : FakeWeb.Response(HttpStatusCode.OK, Page("a", "b"), ("Link", "<https://api.github.com/repos/acme/web/compare/x...y?per_page=100&page=2>; rel=\"next\""))));
        var comparison = await new CommitsApi(client.GitHub).CompareAsync(Web, "x", "y", TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b", "c"], comparison!.Commits.Select(c => c.Sha));
    }

    private static async Task<DeploymentCreation> CreateAsync(int status, string body)
    {
        using var client = new Client(new FakeWeb(FakeWeb.Json((HttpStatusCode)status, body)));
        return await new DeploymentsApi(client.GitHub).CreateAsync(Web, new NewDeployment { Ref = "a84d88e", Environment = "dev" }, TestContext.Current.CancellationToken);
    }

    private static async Task<object?> First<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var item in items) return item;
        return null;
    }
}
