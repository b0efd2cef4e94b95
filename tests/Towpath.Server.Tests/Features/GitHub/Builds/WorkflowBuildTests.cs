using System.Net;
using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.Engine.Tests.Storage;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Builds;

/// <summary>Runs of GitHub Actions report what they built with tokens of their own.</summary>
[Trait("Row", "O2")]
public sealed class WorkflowBuildTests(PostgresServer postgres)
{
    private const string Approved = """
        name: web
        repository: acme/web
        artifact: { kind: static-site, source: "builds/{slug}/{sha}.zip" }
        builds: { refs: [main], workflows: [build.yml] }
        environments:
          production: { approvals: [{ role: staff }], target: { kind: fake } }
        """;

    [Fact]
    public async Task Run_reports_its_build_which_carries_the_run_and_goes_where_its_branch_goes()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push(author: "kim");

        var build = await scene.ReportAsync(scene.Token(commit), WorkflowScene.Report(commit.Sha));

        Assert.Equal((commit.Sha, "main", (string?)null, "kim"), (build.Commit, build.Branch, build.Tag, build.Author));
        Assert.Equal("github-actions:acme/web", build.ReportedBy);
        Assert.EndsWith("/acme/web/actions/runs/4004/attempts/1", build.RunUrl, StringComparison.Ordinal);
        var run = build.Run!;
        Assert.Equal((4004L, 1, scene.Repository.Id, "acme/web"), (run.Id, run.Attempt, run.RepositoryId, run.Repository));
        Assert.Equal((".github/workflows/build.yml", "push", "refs/heads/main", "octocat"), (run.Workflow, run.Event, run.Ref, run.Actor));
        Assert.Equal(build.Version, (await scene.Server.UntilSucceededAsync("dev")).Version);
    }

    [Fact]
    [Trait("Row", "T1")]
    public async Task Who_pushed_and_who_started_the_run_approve_nothing_of_it_whatever_name_the_commit_bears()
    {
        await using var scene = await WorkflowScene.StartAsync(spec: Approved);
        var commit = scene.Push("side", author: "pat");
        RefEvents.Move(scene.Repository, "refs/heads/main", commit.Sha, scene.World.Accounts.User("kim"));
        await TestServer.UntilAsync(async () => (await scene.Server.Store.Facts.RefAsync(scene.Repository.Id, "refs/heads/main", default))?.Sha == commit.Sha ? "told" : null);

        var build = await scene.ReportAsync(scene.Token(commit, changes: new JsonObject { ["actor"] = "sam" }), WorkflowScene.Report(commit.Sha));
        var asked = await scene.Server.PostAsync<DeploymentView>("dev", "/api/v1/promotions", new { application = "web", environment = "production" }, HttpStatusCode.Created);

        Assert.Equal("pat", build.Author);
        foreach (var user in new[] { "kim", "sam" })
        {
            var no = await scene.Server.RefusedAsync(user, HttpMethod.Post, $"/api/v1/deployments/{asked.Id}/approve", new { }, HttpStatusCode.Forbidden, "own_change");
            Assert.Contains("had a hand in", no.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Address_of_the_control_plane_is_its_name_to_tokens_too()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        await scene.ReportAsync(scene.Token(commit, audience: scene.Server.Running.Started.Urls[0]), WorkflowScene.Report(commit.Sha));
    }

    [Fact]
    public async Task Tag_names_the_version_and_run_number_comes_from_the_token()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        var report = WorkflowScene.Report(commit.Sha);
        report["run_number"] = "7";

        var build = await scene.ReportAsync(scene.Token(commit, "refs/tags/v1.2.0"), report);

        Assert.Equal(("v1.2.0", "v1.2.0", (string?)null), (build.Version, build.Tag, build.Branch));
    }

    [Fact]
    public async Task Keys_that_were_changed_are_fetched_and_forgotten_ones_count_no_longer()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var (first, second) = (scene.Push(), scene.Push());
        var old = scene.Token(first);
        scene.World.Oidc.Rotate(forgetOld: true);

        await scene.ReportAsync(scene.Token(second), WorkflowScene.Report(second.Sha));
        Assert.Contains("names the key", await scene.RefusedAsync(old, WorkflowScene.Report(first.Sha), HttpStatusCode.Unauthorized, "workflow_token_refused"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_makes_the_same_report_again_and_no_other(bool onPostgres)
    {
        await using var scene = await WorkflowScene.StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        var commit = scene.Push();
        var token = scene.Token(commit);
        var first = await scene.ReportAsync(token, WorkflowScene.Report(commit.Sha));

        Assert.Equal(first.Id, (await scene.ReportAsync(token, WorkflowScene.Report(commit.Sha), HttpStatusCode.OK)).Id);
        var other = WorkflowScene.Report(commit.Sha);
        other["version"] = "another-label";
        Assert.Contains("new token", await scene.RefusedAsync(token, other, HttpStatusCode.Conflict, "token_used"), StringComparison.Ordinal);
        Assert.Equal("another-label", (await scene.ReportAsync(scene.Token(commit), other)).Version);
    }

    [Fact]
    public async Task Token_of_a_report_that_was_known_already_is_used_up_by_it()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        await scene.ReportAsync(scene.Token(commit), WorkflowScene.Report(commit.Sha));
        var token = scene.Token(commit);
        await scene.ReportAsync(token, WorkflowScene.Report(commit.Sha), HttpStatusCode.OK);

        var other = WorkflowScene.Report(commit.Sha);
        other["version"] = "another-label";
        await scene.RefusedAsync(token, other, HttpStatusCode.Conflict, "token_used");
    }

    [Fact]
    public async Task Report_that_was_refused_leaves_the_token_to_the_job()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Push();
        var token = scene.Token(commit);
        var wrong = WorkflowScene.Report(commit.Sha);
        wrong["artifacts"]![0]!["digest"] = "sha256:" + new string('0', 64);

        await scene.RefusedAsync(token, wrong, HttpStatusCode.UnprocessableEntity, "digest_mismatch");
        await scene.ReportAsync(token, WorkflowScene.Report(commit.Sha));
    }

    [Fact]
    [Trait("Row", "N7")]
    public async Task Build_of_which_an_artifact_is_missing_is_not_taken()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var commit = scene.Repository.Push("main", new Dictionary<string, string?> { ["a.txt"] = "nothing built" });
        await scene.RefusedAsync(scene.Token(commit), WorkflowScene.Report(commit.Sha), HttpStatusCode.UnprocessableEntity, "artifact_missing");
    }

    [Fact]
    public async Task Pull_requests_build_goes_to_its_preview_only_and_takes_no_branchs_label()
    {
        await using var scene = await WorkflowScene.StartAsync();
        var head = scene.Push("main-2", author: "kim");
        var pull = await scene.OpenAsync("main-2");
        var token = scene.PullToken(pull, pull.TestMerge());

        var build = await scene.ReportAsync(token, WorkflowScene.Report(head.Sha));

        Assert.Equal((pull.Number, (string?)null, "kim", $"pr-{pull.Number}-sha-{head.Sha[..7]}"), (build.Pull, build.Branch, build.Author, build.Version));
        await PromoteRefusedAsync(scene, "free", build.Version, "pull_request_build");
        await PromoteRefusedAsync(scene, "free", null, "no_builds");
        var preview = await scene.Server.PromoteAsync($"pr-{pull.Number}", version: build.Version);
        await scene.Server.UntilAsync(preview.Id, Phase.Succeeded);
        Assert.Empty((await scene.Server.GetAsync<DeploymentList>("vera", "/api/v1/deployments?application=web&environment=dev")).Deployments);
    }

    [Fact]
    public async Task Merge_commit_of_a_pull_request_is_its_build_too()
    {
        await using var scene = await WorkflowScene.StartAsync();
        scene.Push("topic");
        var pull = await scene.OpenAsync("topic");
        var merge = pull.TestMerge();
        scene.Server.Folder.Build(merge.Sha, "merged");

        Assert.Equal(pull.Number, (await scene.ReportAsync(scene.PullToken(pull, merge), WorkflowScene.Report(merge.Sha))).Pull);
    }

    private static Task<Problem> PromoteRefusedAsync(WorkflowScene scene, string environment, string? version, string code) => scene.Server.RefusedAsync(
        "dev", HttpMethod.Post, "/api/v1/promotions", new { application = "web", environment, version, reason = "because" },
        code == "no_builds" ? HttpStatusCode.NotFound : HttpStatusCode.UnprocessableEntity, code);
}
