using System.Net;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Watches;

/// <summary>Pushes to a repository whose application is its commits.</summary>
[Trait("Row", "D3")]
public sealed class WatchTests(PostgresServer postgres)
{
    private static readonly EnvironmentKey Dev = new("site", "dev");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "D1")]
    [Trait("Row", "P1")]
    public async Task Push_to_main_is_deployed_to_dev_by_itself(bool onPostgres)
    {
        await using var scene = await WatchScene.StartAsync(onPostgres ? await postgres.CreateAsync() : null);

        var commit = scene.Push("main");
        var deployment = await scene.UntilEndedAsync(Dev, commit.Sha);

        Assert.Equal((Phase.Succeeded, Origin.Automatic, "octocat", "octocat"), (deployment.Phase, deployment.Origin, deployment.RequestedBy, deployment.Author));
        Assert.Equal($"sha-{commit.Sha[..7]}", deployment.Version);
        var watch = Assert.Single(await scene.WatchesAsync());
        Assert.Equal((Dev, "refs/heads/main", commit.Sha, WatchState.Requested, deployment.Id), (watch.Key, watch.Ref, watch.Sha, watch.State, watch.Deployment!.Value));
        Assert.Contains(await scene.Server.Store.Audit.RecentAsync("site", null, 20, Token), entry => entry.Action == "build.pushed" && entry.Actor == "octocat");
    }

    [Fact]
    [Trait("Row", "T1")]
    public async Task Ref_whose_stand_was_asked_for_keeps_who_pushed_the_commit_and_names_nobody_for_another()
    {
        await using var scene = await WatchScene.StartAsync();
        var commit = scene.Push("main", "pat");
        await scene.SettledAsync();
        var stands = scene.Server.Running.Services.GetRequiredService<RefStands>();
        var disputed = (await scene.Server.Store.Facts.RefAsync(scene.Web.Id, "refs/heads/main", default))! with { IsDisputed = true };
        disputed = disputed with { At = disputed.At - TimeSpan.FromMinutes(1) };

        var same = await stands.AskAsync(disputed, default);
        var other = await stands.AskAsync(disputed with { Sha = new string('a', 40) }, default);

        Assert.Equal((commit.Sha, "pat", "pat"), (same.Sha, same.PushedBy, same.Author));
        Assert.Equal((commit.Sha, (string?)null), (other.Sha, other.PushedBy));
    }

    [Fact]
    [Trait("Row", "N5")]
    public async Task Push_to_main_goes_to_staging_by_itself_and_a_tag_to_production_behind_approval()
    {
        await using var scene = await WatchScene.StartAsync(spec: """
            environments:
              staging: { auto_deploy: { branch: main }, target: { kind: fake } }
              production: { auto_deploy: { tag: "v*" }, after: [staging], approvals: [{ role: staff }], target: { kind: fake } }
            """, version: """["{tag}", "sha-{short_sha}"]""");

        var commit = scene.Push("main");
        await scene.UntilEndedAsync(new("site", "staging"), commit.Sha);
        scene.Tag("other", commit.Sha);
        scene.Tag("v1.2.0", commit.Sha);
        var waiting = await scene.UntilAsync(new("site", "production"), commit.Sha, d => d.Phase == Phase.Waiting);

        Assert.Equal("v1.2.0", waiting.Version);
        await scene.Server.PostAsync<Server.Api.DeploymentView>("sam", $"/api/v1/deployments/{waiting.Id}/approve", new { role = "staff" });
        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(new("site", "production"), commit.Sha)).Phase);
    }

    [Fact]
    public async Task Locked_environment_gets_the_push_when_it_is_unlocked_and_says_meanwhile_for_what_it_waits()
    {
        await using var scene = await WatchScene.StartAsync();
        await scene.LockAsync(Dev);

        var commit = scene.Push("main");
        await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting);
        Assert.Equal("lock of ada", (await scene.ShownAsync()).WaitsFor);
        await scene.UnlockAsync(Dev);

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
    }

    [Fact]
    public async Task Push_that_was_overtaken_is_not_deployed()
    {
        await using var scene = await WatchScene.StartAsync();
        await scene.LockAsync(Dev);
        var first = scene.Push("main");
        await scene.UntilAsync(Dev, first.Sha, d => d.Phase == Phase.Waiting);

        var second = scene.Push("main");
        await scene.UntilAsync(Dev, second.Sha, d => d.Phase == Phase.Waiting);
        await scene.UnlockAsync(Dev);

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, second.Sha)).Phase);
        Assert.Equal(Phase.Superseded, (await scene.DeploymentsAsync(Dev)).Single(d => d.Commit == first.Sha).Phase);
    }

    [Fact]
    public async Task Deleted_branch_takes_along_what_waits()
    {
        await using var scene = await WatchScene.StartAsync(spec: """
            environments:
              dev: { auto_deploy: { branch: "release/*" }, target: { kind: fake } }
            """);
        await scene.LockAsync(Dev);
        var commit = scene.Push("release/1");
        await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting);

        scene.Move("refs/heads/release/1", null);
        var ended = await scene.UntilEndedAsync(Dev, commit.Sha);

        Assert.Equal((Phase.Cancelled, "cancelled by towpath: refs/heads/release/1 is gone"), (ended.Phase, ended.Outcome));
        Assert.Empty(await scene.WatchesAsync());
    }

    [Fact]
    public async Task One_commit_is_deployed_to_one_environment_once_whatever_refs_stand_at_it()
    {
        await using var scene = await WatchScene.StartAsync(spec: """
            environments:
              dev: { auto_deploy: { branch: "**" }, target: { kind: fake } }
            """);
        var commit = scene.Push("main");
        var deployment = await scene.UntilEndedAsync(Dev, commit.Sha);

        scene.Move("refs/heads/copy", commit.Sha);
        var watch = await scene.UntilWatchAsync(Dev, watch => watch.Ref == "refs/heads/copy");

        Assert.Equal((WatchState.Requested, deployment.Id), (watch.State, watch.Deployment!.Value));
        Assert.Single(await scene.DeploymentsAsync(Dev));
    }

    [Fact]
    public async Task Failed_deployment_does_not_count_as_deployed()
    {
        await using var scene = await WatchScene.StartAsync(spec: """
            environments:
              dev: { auto_deploy: { branch: main }, on_failure: stay, target: { kind: fake, fails: v1 } }
            """, version: "\"v1\"");
        var commit = scene.Push("main");
        Assert.Equal(Phase.Failed, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
        scene.Server.Folder.Write("apps/site.yaml", scene.Spec.Replace(", fails: v1", "", StringComparison.Ordinal));
        await TestServer.UntilAsync(async () => (await scene.Server.Store.Configuration.CurrentAsync(Token))!.Files["apps/site.yaml"].Contains("fails", StringComparison.Ordinal) ? null : "mended");

        // Away and back: the same commit is pushed once more, and nothing was heard of what was there between.
        scene.Move("refs/heads/main", null);
        await WatchScene.UntilAsync(async () => (await scene.WatchesAsync()).Count == 0);
        scene.Move("refs/heads/main", commit.Sha);

        Assert.Equal(commit.Sha, (await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Succeeded)).Commit);
        Assert.Equal(2, (await scene.DeploymentsAsync(Dev)).Count);
    }

    [Fact]
    public async Task Application_that_CI_builds_waits_for_the_build_of_that_commit_and_goes_on_when_it_is_reported()
    {
        await using var scene = await WatchScene.StartAsync(artifact: """{ kind: static-site, source: "builds/{slug}/{sha}.zip" }""");

        var commit = scene.Push("main");
        await scene.UntilWatchAsync(Dev, watch => watch.Sha == commit.Sha);
        var shown = await scene.ShownAsync();
        Assert.Equal(("waiting", $"the build of {commit.Sha[..7]}"), (shown.State, shown.WaitsFor));
        Assert.Empty(await scene.DeploymentsAsync(Dev));

        // CI names no branch: the push did.
        await scene.ReportAsync(commit.Sha);
        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
        await scene.UntilWatchAsync(Dev, watch => watch.State == WatchState.Requested);
        Assert.Single(await scene.DeploymentsAsync(Dev));
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Push_that_comes_after_the_build_was_deployed_deploys_nothing_again()
    {
        await using var scene = await WatchScene.StartAsync(artifact: """{ kind: static-site, source: "builds/{slug}/{sha}.zip" }""");
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Hold, Event = "push" });
        var commit = scene.Push("main");

        await scene.ReportAsync(commit.Sha, "main");
        await scene.UntilEndedAsync(Dev, commit.Sha);
        scene.World.Outbox.Release();

        await scene.UntilWatchAsync(Dev, watch => watch.State == WatchState.Requested);
        Assert.Single(await scene.DeploymentsAsync(Dev));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Attack", "self-approval")]
    public async Task Pusher_of_what_another_door_asked_for_does_not_approve_it(bool onPostgres)
    {
        await using var scene = await WatchScene.StartAsync(onPostgres ? await postgres.CreateAsync() : null, artifact: """{ kind: static-site, source: "builds/{slug}/{sha}.zip" }""", spec: """
            environments:
              dev:
                approvals: [{ role: staff, count: 2 }]
                auto_deploy: { branch: main }
                target: { kind: fake }
            """);
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Hold, Event = "push" });
        var commit = scene.Push("main", "kim");
        // CI's door: whoever reports with an API token says nothing of who pushed.
        await scene.ReportAsync(commit.Sha, "main");
        var waiting = await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting);
        await scene.Server.PostAsync<DeploymentView>("kim", $"/api/v1/deployments/{waiting.Id}/approve", new { }, HttpStatusCode.OK);
        scene.World.Outbox.Release();

        await scene.UntilAsync(Dev, commit.Sha, d => d.Hands is ["kim"]);
        await scene.Server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{waiting.Id}/approve", new { }, HttpStatusCode.OK);
        var told = await scene.UntilAsync(Dev, commit.Sha, d => d.Gates is { } gates && GateWords.Lines(gates).Any(line => line.Text.Contains("kim", StringComparison.Ordinal)));
        Assert.Equal(Phase.Waiting, told.Phase);
        await scene.Server.RefusedAsync("kim", HttpMethod.Post, $"/api/v1/deployments/{waiting.Id}/approve", new { }, HttpStatusCode.Forbidden, "own_change");
        Assert.Contains(await scene.Server.Store.Audit.RecentAsync("site", null, 20, Token), entry => entry.Action == "deployment.hands_joined" && entry.Details.Contains("kim", StringComparison.Ordinal));
        Assert.Single(await scene.DeploymentsAsync(Dev));
    }

    [Fact]
    public async Task Version_that_means_another_commit_is_not_given_again_and_the_watch_says_so()
    {
        await using var scene = await WatchScene.StartAsync(spec: """
            environments:
              production: { auto_deploy: { tag: "v*" }, target: { kind: fake } }
            """, version: "\"{tag}\"");
        var first = scene.Push("main");
        scene.Tag("v1", first.Sha);
        await scene.UntilEndedAsync(new("site", "production"), first.Sha);

        var second = scene.Push("main");
        scene.Tag("v1", second.Sha);
        var watch = await scene.UntilWatchAsync(new("site", "production"), watch => watch.Sha == second.Sha);

        Assert.Equal(WatchState.Waiting, watch.State);
        Assert.Contains("the version v1 is taken", (await scene.ShownAsync()).WaitsFor, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a';DROP--TABLE/watches;--")]
    [InlineData("$(id)`id`;rm")]
    [InlineData("{{payload}}${{secrets.X}}")]
    [InlineData("-rf")]
    [InlineData("\u202Egnp.exe")]
    [Trait("Attack", "command injection")]
    public async Task Hostile_name_of_a_branch_is_a_name(string branch)
    {
        await using var scene = await WatchScene.StartAsync(spec: "environments:\n  dev: { auto_deploy: { branch: \"**\" }, target: { kind: fake } }", version: "\"{branch}-{short_sha}\"");

        var commit = scene.Push(branch);
        var deployment = await scene.UntilEndedAsync(Dev, commit.Sha);

        Assert.Equal(Phase.Succeeded, deployment.Phase);
        Assert.All(deployment.Version, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));
        Assert.Equal("refs/heads/" + branch, (await scene.ShownAsync()).Ref);
    }

    [Fact]
    [Trait("Attack", "confused deputy")]
    public async Task Pull_request_of_a_fork_neither_deploys_nor_is_watched_whatever_its_branch_is_called()
    {
        await using var scene = await WatchScene.StartAsync();
        var main = scene.Push("main");
        await scene.UntilEndedAsync(Dev, main.Sha);
        scene.World.Accounts.User("mallory");
        var fork = scene.World.Repositories.Fork(scene.Web, "mallory");
        var evil = fork.Push("main", new Dictionary<string, string?> { ["evil.txt"] = "evil" }, "evil", "mallory");
        var pull = scene.OpenPull(fork, "main");
        scene.Check(evil.Sha, "success");
        await scene.SettledAsync();

        Assert.True((await scene.Server.Store.Facts.PullAsync(scene.Web.Id, pull.Number, Token))!.IsFork);
        Assert.Equal([main.Sha], (await scene.DeploymentsAsync(Dev)).Select(d => d.Commit));
        Assert.Equal([main.Sha], (await scene.WatchesAsync()).Select(watch => watch.Sha));
        Assert.Empty(await scene.Server.Store.Builds.OfCommitAsync("site", evil.Sha, Token));
    }
}
