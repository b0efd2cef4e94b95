using System.Net;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Engine.Tests.Storage;
using Towpath.Engine.Work;
using Towpath.GitHubEmulator.Repositories;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Reconcile;
using Towpath.Server.Tests.Features.GitHub.Watches;

namespace Towpath.Server.Tests.Features.GitHub.Reconcile;

/// <summary>What was not heard of is found out, from GitHub's list of deliveries and from GitHub itself.</summary>
[Trait("Row", "T5")]
public sealed class ReconcileTests(PostgresServer postgres)
{
    private static readonly EnvironmentKey Dev = new("site", "dev");
    private static readonly EnvironmentKey Production = new("site", "production");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Push_of_which_no_event_ever_came_is_deployed_after_the_outage(bool onPostgres)
    {
        await using var scene = await StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        Vanish(scene);
        var commit = scene.Push("main");

        await ReconcileAsync(scene);

        var deployment = await scene.UntilEndedAsync(Dev, commit.Sha);
        Assert.Equal((Phase.Succeeded, "octocat"), (deployment.Phase, deployment.Author));
        Assert.Equal(commit.Sha, (await scene.Server.Store.Facts.RefAsync(scene.Web.Id, "refs/heads/main", Token))!.Sha);
    }

    [Fact]
    [Trait("Row", "T1")]
    public async Task Push_of_which_nobody_told_who_made_it_is_approved_by_nobody_until_somebody_known_asks_for_it()
    {
        await using var scene = await StartAsync(spec: "environments:\n  dev: { auto_deploy: { branch: main }, approvals: [{ role: staff }], target: { kind: fake } }");
        Vanish(scene);
        var commit = scene.Push("main", "pat");
        await ReconcileAsync(scene);
        var waiting = await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting);

        var no = await scene.Server.RefusedAsync("sam", HttpMethod.Post, $"/api/v1/deployments/{waiting.Id}/approve", new { }, HttpStatusCode.Conflict, "unknown_hand");
        Assert.Contains("GitHub does not tell who pushed", no.Detail, StringComparison.Ordinal);

        var asked = await scene.Server.PostAsync<Server.Api.DeploymentView>("dev", "/api/v1/promotions", new { application = "site", environment = "dev" }, HttpStatusCode.Created);
        await scene.Server.PostAsync<Server.Api.DeploymentView>("sam", $"/api/v1/deployments/{asked.Id}/approve", new { });
        Assert.Equal(Phase.Succeeded, (await scene.Server.UntilAsync(asked.Id, Phase.Succeeded)).Phase);
    }

    [Fact]
    public async Task What_was_there_before_Towpath_came_is_not_deployed()
    {
        await using var scene = await WatchScene.StartAsync();
        scene.World.Time.Advance(TimeSpan.FromSeconds(5));

        await ReconcileAsync(scene);
        await scene.SettledAsync();

        Assert.Equal(scene.Web.Refs["refs/heads/main"], (await scene.Server.Store.Facts.RefAsync(scene.Web.Id, "refs/heads/main", Token))!.Sha);
        Assert.Empty(await scene.DeploymentsAsync(Dev));
        Assert.Empty(await scene.WatchesAsync());
    }

    [Fact]
    public async Task Tags_that_are_pushed_so_many_at_once_that_GitHub_tells_nothing_are_found()
    {
        await using var scene = await StartAsync(spec: "environments:\n  production: { auto_deploy: { tag: \"v*\" }, target: { kind: fake } }");
        var sha = scene.Web.Refs["refs/heads/main"];
        RefEvents.PushTags(scene.Web, ["v1", "x1", "x2", "x3"], sha, scene.World.Accounts.User("kim"));
        await scene.SettledAsync();
        Assert.Empty(await scene.DeploymentsAsync(Production));

        await ReconcileAsync(scene);

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Production, sha)).Phase);
        Assert.Null(await scene.Server.Store.Facts.RefAsync(scene.Web.Id, "refs/tags/x1", Token));
    }

    [Fact]
    public async Task Branch_that_was_deleted_unheard_takes_along_what_waits()
    {
        await using var scene = await StartAsync(spec: "environments:\n  dev: { auto_deploy: { branch: \"release/*\" }, target: { kind: fake } }");
        await scene.LockAsync(Dev);
        var commit = scene.Push("release/1");
        await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting);
        Vanish(scene);
        scene.Move("refs/heads/release/1", null);

        await ReconcileAsync(scene);

        Assert.Equal(Phase.Cancelled, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
    }

    [Fact]
    [Trait("Row", "P4")]
    public async Task Pull_requests_that_were_opened_changed_or_closed_unheard_are_put_right()
    {
        await using var scene = await StartAsync();
        scene.Push("feature");
        var closed = scene.OpenPull(scene.Web, "feature");
        await scene.SettledAsync();
        Vanish(scene);
        scene.World.Time.Advance(TimeSpan.FromSeconds(5));
        (closed.Issue.IsOpen, closed.Issue.ClosedAt, closed.Issue.UpdatedAt) = (false, scene.World.Now, scene.World.Now);
        scene.Push("other");
        var opened = scene.OpenPull(scene.Web, "other");
        opened.Issue.Labels.Add("deploy");

        await ReconcileAsync(scene);

        Assert.False((await scene.Server.Store.Facts.PullAsync(scene.Web.Id, closed.Number, Token))!.IsOpen);
        var fact = await scene.Server.Store.Facts.PullAsync(scene.Web.Id, opened.Number, Token);
        Assert.Equal((true, opened.HeadSha, "deploy", false), (fact!.IsOpen, fact.HeadSha, string.Join(',', fact.Labels), fact.IsFork));
    }

    [Fact]
    public async Task Comparing_where_nothing_changed_costs_nothing_of_the_limit()
    {
        await using var scene = await StartAsync();
        await ReconcileAsync(scene);
        var before = scene.GitHub.GitHub.Calls.All.Count;

        await ReconcileAsync(scene);

        var calls = scene.GitHub.GitHub.Calls.All.Skip(before).ToList();
        Assert.InRange(calls.Count, 4, 6);
        Assert.All(calls, call => Assert.Equal(304, call.Status));
    }

    [Fact]
    public async Task Deliveries_that_were_lost_on_the_way_are_asked_for_once_and_deployed()
    {
        await using var scene = await StartAsync(spec: "environments:\n  dev: { auto_deploy: { branch: \"release/*\" }, target: { kind: fake } }");
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Lose, Event = "push" });
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Lose, Event = "create" });
        // Some minutes ago: what was tried just now may still be on its way.
        scene.World.Time.Advance(-TimeSpan.FromMinutes(5));
        var lost = scene.Push("release/1");
        scene.World.Time.Advance(TimeSpan.FromMinutes(5));
        var repair = scene.Server.Running.Services.GetServices<IRecurringWork>().OfType<RepairGaps>().Single();

        await repair.RunAsync(null!, Token);

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, lost.Sha)).Phase);
        await scene.SettledAsync();
        await repair.RunAsync(null!, Token);
        Assert.Equal(2, scene.GitHub.GitHub.Calls.All.Count(call => call.Method == "POST" && call.Path.EndsWith("/attempts", StringComparison.Ordinal)));
    }

    /// <summary>With all that is there at GitHub compared once.</summary>
    private static async Task<WatchScene> StartAsync(string? database = null, string? spec = null)
    {
        var scene = await WatchScene.StartAsync(database, spec);
        await ReconcileAsync(scene);
        return scene;
    }

    private static void Vanish(WatchScene scene) => scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Vanish, Times = -1 });

    private static Task ReconcileAsync(WatchScene scene) =>
        scene.Server.Running.Services.GetServices<IRecurringWork>().OfType<ReconcileRepositories>().Single().RunAsync(null!, Token);
}
