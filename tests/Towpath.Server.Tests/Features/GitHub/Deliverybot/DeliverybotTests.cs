using Towpath.Core.Deliverybot;
using Towpath.Core.Deployments;
using Towpath.Engine.Tests.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Rest;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Deliverybot;

/// <summary>An existing <c>.github/deploy.yml</c> in an application's repository, as it is.</summary>
[Trait("Row", "D2")]
public sealed class DeliverybotTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "D1")]
    [Trait("Row", "D3")]
    [Trait("Row", "D8")]
    public async Task Push_that_brings_the_file_is_deployed_by_it_when_its_checks_have_passed(bool onPostgres)
    {
        await using var scene = await DeliverybotScene.StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        await scene.UntilAsync(view => view.Problems.Count > 0);
        var commit = scene.Push(DeliverybotScene.File);
        await scene.InForceAsync(commit);
        await scene.UntilAsync("staging", commit.Sha, d => d.Phase == Phase.Waiting);
        Assert.Empty(scene.Web.Deployments.All);

        await scene.StatusAsync(commit.Sha, "ci", CommitState.Success);

        var ended = await scene.UntilAsync("staging", commit.Sha, d => d.Phase.IsTerminal());
        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        var told = Assert.Single(scene.Web.Deployments.All);
        Assert.Equal((commit.Sha, "staging", "deploy", $"Deploy {commit.Sha[..7]} to staging"), (told.Sha, told.Environment, told.Task, told.Description));
        Assert.Equal(("staging-web", commit.Sha, "staging"), ((string?)told.Payload!["release"], (string?)told.Payload["tag"], (string?)told.Payload["target"]));
        Assert.Equal(["shop/staging", "shop/prod-east"], (await scene.EnvironmentsAsync()).Select(key => key.ToString()));
    }

    [Fact]
    public async Task Push_is_deployed_once_and_what_stood_there_before_anybody_looked_waits_for_the_next()
    {
        await using var scene = await DeliverybotScene.StartAsync(isProtected: false);
        var before = scene.Push(DeliverybotScene.File);
        await scene.ProblemAsync("unprotected-ref");
        scene.Web.ProtectedBranches.Add("main");
        await scene.SweepAsync();
        await scene.InForceAsync(before);
        var next = scene.Push(DeliverybotScene.File.Replace("required_contexts: [\"ci\"]", "required_contexts: []", StringComparison.Ordinal));

        await scene.UntilAsync("staging", next.Sha, d => d.Phase == Phase.Succeeded);
        await scene.GitHub.SettledAsync();
        Assert.Single(scene.Web.Deployments.All, deployment => deployment.Sha == next.Sha);
        Assert.DoesNotContain(scene.Web.Deployments.All, deployment => deployment.Sha == before.Sha);
    }

    [Fact]
    public async Task File_that_is_wrong_leaves_the_last_one_in_force_and_is_told_where_its_application_is_shown()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        var good = scene.Push(DeliverybotScene.File);
        await scene.InForceAsync(good);
        scene.Push("staging:\n  auto_merge: maybe\n");

        Assert.StartsWith("acme/web/.github/deploy.yml:2:15: ", await scene.ProblemAsync("wrong-type"), StringComparison.Ordinal);
        Assert.Equal(good.Sha, (await scene.ViewAsync()).Commit);
        Assert.Equal(2, (await scene.EnvironmentsAsync()).Length);
        Assert.Contains((await scene.Server.GetAsync<BoardView>("vera", "/api/v1/board")).Problems, problem => problem.Code == "wrong-type");
        Assert.Contains((await scene.Server.GetAsync<ApplicationView>("vera", "/api/v1/applications/shop")).Problems, problem => problem.Code == "wrong-type");
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
    }

    [Fact]
    public async Task Notes_say_where_the_file_means_something_else_than_before()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        await scene.InForceAsync(scene.Push("staging: { environment: staging }\n"));
        Assert.Contains((await scene.ViewAsync()).Notes, note => note.Code == "all-checks");
    }

    [Fact]
    public async Task File_that_was_deleted_takes_its_application_away_and_one_that_comes_back_brings_it_back()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        scene.Push(file: null);
        await scene.ProblemAsync("no-file");
        Assert.Empty(await scene.EnvironmentsAsync());
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        Assert.Equal(2, (await scene.EnvironmentsAsync()).Length);
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Push_that_GitHub_did_not_tell_of_is_found()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        scene.GitHub.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Lose, Event = "push" });
        var unheard = scene.Push("production: { required_contexts: [] }\n");
        await scene.GitHub.World.Outbox.SettledAsync(TestContext.Current.CancellationToken);
        await scene.SweepAsync();
        await scene.InForceAsync(unheard);
        Assert.Equal("production", Assert.Single(await scene.EnvironmentsAsync()).Environment);
    }

    [Fact]
    [Trait("Row", "T2")]
    public async Task Other_branches_and_forks_change_nothing()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        var good = scene.Push(DeliverybotScene.File);
        await scene.InForceAsync(good);
        scene.Push("production: { auto_deploy_on: refs/heads/*, required_contexts: [] }\n", "topic");
        scene.Web.IsPrivate = false;
        scene.GitHub.World.Accounts.User("eve");
        var fork = scene.GitHub.World.Repositories.Fork(scene.Web, "eve");
        fork.Push("main", new Dictionary<string, string?> { [DeliverybotScene.Path] = "production: { auto_deploy_on: refs/heads/*, required_contexts: [] }\n" }, "x", "eve");
        await scene.GitHub.SettledAsync();
        await scene.SweepAsync();
        var next = scene.Push(DeliverybotScene.File + "\n# the same\n");
        await scene.InForceAsync(next);
        Assert.Equal(["staging", "prod-east"], (await scene.EnvironmentsAsync()).Select(key => key.Environment));
    }

    [Fact]
    [Trait("Row", "T2")]
    public async Task Branch_that_nothing_protects_is_refused_unless_the_operator_says_otherwise()
    {
        await using (var scene = await DeliverybotScene.StartAsync(isProtected: false))
        {
            scene.Push(DeliverybotScene.File);
            Assert.Contains("config: { deliverybot: { acme/web: { unprotected: true } } }", await scene.ProblemAsync("unprotected-ref"), StringComparison.Ordinal);
            Assert.Empty(await scene.EnvironmentsAsync());
        }

        await using var open = await DeliverybotScene.StartAsync(isProtected: false, listed: one => one with { At = one.At with { Unprotected = true } });
        await open.InForceAsync(open.Push(DeliverybotScene.File));
    }

    [Fact]
    public async Task Repository_that_the_App_does_not_reach_is_told()
    {
        await using var scene = await DeliverybotScene.StartAsync(listed: one => one with { At = one.At with { Repository = "other/web" } });
        Assert.Contains("`config.deliverybot` in towpath.yaml", await scene.ProblemAsync("not-reached"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GitHub_that_does_not_answer_changes_nothing_and_is_told_until_it_does()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        var good = scene.Push(DeliverybotScene.File);
        await scene.InForceAsync(good);
        scene.GitHub.World.Script.Add(new ScriptedFault { Kind = FaultKind.Error, On = "GET /repos/{owner}/{repo}/branches/{branch}", Status = 503, Times = -1 });
        await scene.SweepAsync();
        await scene.ProblemAsync("github-unavailable");
        Assert.Equal(2, (await scene.EnvironmentsAsync()).Length);
        scene.GitHub.World.Script.Clear();
        await scene.UntilAsync(view => view.Problems.Count == 0);
    }

    [Fact]
    public async Task Application_with_an_app_spec_is_what_that_says_until_it_is_gone()
    {
        var folder = new Folder();
        await using var scene = await DeliverybotScene.StartAsync(folder: folder);
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        folder.Write("apps/shop.yaml", Folder.Other.Replace("name: other", "name: shop", StringComparison.Ordinal));
        await TestServer.UntilAsync(async () => (await scene.EnvironmentsAsync()) is [{ Environment: "live" }] ? "by spec" : null);

        await scene.InForceAsync(scene.Push(DeliverybotScene.File + "\n# more\n"));
        Assert.Contains((await scene.ViewAsync()).Notes, note => note.Code == "superseded");
        File.Delete(Path.Combine(folder.Configuration, "apps/shop.yaml"));
        await TestServer.UntilAsync(async () => (await scene.EnvironmentsAsync()).Length == 2 ? "by file" : null);
    }

    [Fact]
    public async Task Repository_that_towpath_yaml_no_longer_names_keeps_no_application()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        var configurations = scene.Server.Running.Services.GetRequiredService<Configurations>();
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        Assert.Empty(await configurations.TakeUpAsync(new DeliverybotPlace("old", "acme/old"), DeliverybotScene.File, null, "towpath", null, default));
        Assert.Contains((await scene.Server.GetAsync<ApplicationList>("ada", "/api/v1/applications")).Applications, a => a.Name == "old");

        await scene.SweepAsync();

        await TestServer.UntilAsync(async () => (await scene.Server.GetAsync<ApplicationList>("ada", "/api/v1/applications")).Applications.All(a => a.Name != "old") ? "gone" : null);
        Assert.Equal(2, (await scene.EnvironmentsAsync()).Length);
    }
}
