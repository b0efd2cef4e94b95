using System.Net;
using Towpath.Core.Deployments;
using Towpath.Engine.Tests.Storage;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

/// <summary>The main way through the API, on both stores.</summary>
public abstract class StoryTests
{
    protected abstract Task<TestServer> StartAsync();

    [Fact]
    [Trait("Row", "O9")]
    public async Task Deployment_is_linked_to_commit_person_reason_and_policy()
    {
        await using var server = await StartAsync();
        var build = await server.BuildAsync(author: "dora");
        var requested = await server.PromoteAsync("free");

        var view = await server.UntilAsync(requested.Id, Phase.Succeeded);

        Assert.Equal((TestServer.Commit1, build.Id, build.Digest, build.Version), (view.Commit, view.BuildId, view.Digest, view.Version));
        Assert.Equal(("dev", "because", "dora"), (view.RequestedBy, view.Reason, view.Author));
        Assert.NotEmpty(view.PolicyRevision);
        Assert.Equal(StepStatus.Done, Assert.Single(view.Steps).Status);
        var audit = await server.GetAsync<BuildList>("vera", "/api/v1/applications/web/builds");
        Assert.Equal(TestServer.Commit1, Assert.Single(audit.Builds).Commit);
        var rows = await server.Store.Audit.RecentAsync("web", null, 100, CancellationToken.None);
        Assert.All(["build.reported", "deployment.requested", "deployment.started", "deployment.succeeded"], action => Assert.Contains(rows, row => row.Action == action));
        Assert.Contains(TestServer.Commit1, rows.Single(row => row.Action == "build.reported").Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_of_the_branch_deploys_by_itself_and_waits_where_people_are_asked()
    {
        await using var server = await StartAsync();
        await server.BuildAsync(branch: "main");
        var dev = await server.UntilSucceededAsync("dev");
        Assert.Equal(Origin.Automatic, dev.Origin);

        var staging = await server.PromoteAsync("staging");

        Assert.Equal(Phase.Waiting, staging.Phase);
        Assert.Contains(staging.Explanation, line => !line.Open && line.WhatToDo?.Contains("sam", StringComparison.Ordinal) == true);
        Assert.Equal("approval by staff: sam, kim", staging.WaitsFor);
        await server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{staging.Id}/approve", new { comment = "fine" });
        await server.UntilAsync(staging.Id, Phase.Succeeded);
        var board = await server.GetAsync<BoardView>("vera", "/api/v1/board");
        var shown = board.Applications.Single(a => a.Name == "web").Environments.Single(e => e.Name == "staging");
        Assert.Equal((Health.Healthy, staging.Version), (shown.Health, shown.Running?.Version));
    }

    [Fact]
    public async Task Rollback_by_hand_brings_the_version_before_back()
    {
        await using var server = await StartAsync();
        var first = await server.BuildAsync();
        await server.UntilAsync((await server.PromoteAsync("free")).Id, Phase.Succeeded);
        await server.RefusedAsync("dev", HttpMethod.Post, "/api/v1/rollbacks", new { application = "web", environment = "free" }, HttpStatusCode.UnprocessableEntity, "nothing_earlier");
        await server.BuildAsync(TestServer.Commit2, "two");
        await server.UntilAsync((await server.PromoteAsync("free")).Id, Phase.Succeeded);

        var back = await server.PostAsync<DeploymentView>("dev", "/api/v1/rollbacks", new { application = "web", environment = "free", reason = "worse" }, HttpStatusCode.Created);

        Assert.Equal((Origin.Rollback, first.Digest), (back.Origin, back.Digest));
        await server.UntilAsync(back.Id, Phase.Succeeded);
        await server.RefusedAsync(
            "dev", HttpMethod.Post, "/api/v1/rollbacks", new { application = "web", environment = "free", to = "v9" }, HttpStatusCode.UnprocessableEntity, "never_succeeded");
    }

    [Fact]
    [Trait("Row", "D7")]
    public async Task Lock_holds_deployments_until_it_is_taken_away()
    {
        await using var server = await StartAsync();
        await server.BuildAsync();
        const string path = "/api/v1/applications/web/environments/free/lock";
        var locked = await TestServer.ReadAsync<EnvironmentView>(await server.SendAsync("dev", HttpMethod.Put, path, new { reason = "demo at noon" }), HttpStatusCode.OK);
        Assert.Equal(("dev", "demo at noon"), (locked.Lock?.Owner, locked.Lock?.Reason));

        var held = await server.PromoteAsync("free", "dora");

        Assert.Equal(Phase.Waiting, held.Phase);
        Assert.Contains(held.Explanation, line => line.Text.Contains("demo at noon", StringComparison.Ordinal));
        await server.RefusedAsync("dora", HttpMethod.Put, path, new { reason = "mine" }, HttpStatusCode.Conflict, "locked");
        await server.RefusedAsync("dora", HttpMethod.Delete, path, null, HttpStatusCode.Conflict, "locked");
        var free = await TestServer.ReadAsync<EnvironmentView>(await server.SendAsync("ada", HttpMethod.Delete, path), HttpStatusCode.OK);
        Assert.Null(free.Lock);
        await server.UntilAsync(held.Id, Phase.Succeeded);
        var actions = (await server.Store.Audit.RecentAsync("web", null, 100, CancellationToken.None)).Select(row => (row.Actor, row.Action)).ToList();
        Assert.Contains(("dev", "environment.locked"), actions);
        Assert.Contains(("ada", "environment.unlocked"), actions);
    }

    [Fact]
    public async Task Pinned_environment_takes_that_version_alone_until_it_is_unpinned()
    {
        await using var server = await StartAsync();
        const string path = "/api/v1/applications/web/environments/dev/pin";
        var first = await server.BuildAsync();
        await server.PromoteAsync("dev");
        await server.UntilSucceededAsync("dev");
        var pinned = await TestServer.ReadAsync<EnvironmentView>(
            await server.SendAsync("dev", HttpMethod.Put, path, new { version = first.Version, reason = "trade fair", expires_in_seconds = 3600 }), HttpStatusCode.OK);
        Assert.Equal(("dev", "trade fair", first.Version), (pinned.Pin!.Owner, pinned.Pin.Reason, pinned.Pin.Version));
        await server.BuildAsync(TestServer.Commit2, "two");

        var waiting = await server.PromoteAsync("dev", "dora");
        Assert.Equal(($"the end of dev's pin to {first.Version}", Phase.Waiting), (waiting.WaitsFor, waiting.Phase));

        await server.RefusedAsync("dora", HttpMethod.Put, path, new { version = first.Version, reason = "mine" }, HttpStatusCode.Conflict, "pinned");
        await server.RefusedAsync("dora", HttpMethod.Delete, path, null, HttpStatusCode.Conflict, "pinned");
        await server.RefusedAsync("dev", HttpMethod.Put, path, new { version = "v9", reason = "x" }, HttpStatusCode.NotFound, "no_such_version");
        await server.RefusedAsync("dev", HttpMethod.Put, path, new { version = first.Version, reason = " " }, HttpStatusCode.UnprocessableEntity, "bad_reason");
        await server.RefusedAsync("vera", HttpMethod.Put, path, new { version = first.Version, reason = "x" }, HttpStatusCode.Forbidden, "role_missing");
        Assert.Null((await TestServer.ReadAsync<EnvironmentView>(await server.SendAsync("ada", HttpMethod.Delete, path), HttpStatusCode.OK)).Pin);

        await server.UntilAsync(waiting.Id, Phase.Succeeded);
        var actions = (await server.Store.Audit.RecentAsync("web", null, 100, CancellationToken.None)).Select(row => (row.Actor, row.Action)).ToList();
        Assert.Contains(("dev", "environment.pinned"), actions);
        Assert.Contains(("ada", "environment.unpinned"), actions);
    }

    [Fact]
    [Trait("Row", "D7")]
    public async Task Lock_race_has_one_holder()
    {
        await using var server = await StartAsync();
        for (var round = 0; round < 10; round++)
        {
            const string path = "/api/v1/applications/web/environments/free/lock";
            var answers = await Task.WhenAll(
                server.SendAsync("dev", HttpMethod.Put, path, new { reason = "mine" }), server.SendAsync("dora", HttpMethod.Put, path, new { reason = "mine" }));
            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Conflict);
            await server.SendAsync("ada", HttpMethod.Delete, path);
        }
    }

    [Fact]
    [Trait("Row", "T1")]
    public async Task Approval_counts_once_and_never_for_ones_own_change()
    {
        await using var server = await StartAsync();
        await server.BuildAsync(author: "sam");
        var waiting = await server.PromoteAsync("production");
        var path = $"/api/v1/deployments/{waiting.Id}/approve";

        var own = await server.RefusedAsync("sam", HttpMethod.Post, path, null, HttpStatusCode.Forbidden, "own_change");
        Assert.Contains("wrote the commit", own.Detail, StringComparison.Ordinal);
        Assert.NotNull(own.Gates);
        await server.RefusedAsync("pat", HttpMethod.Post, path, new { role = "staff" }, HttpStatusCode.Forbidden, "not_in_role");
        await server.RefusedAsync("ada", HttpMethod.Post, path, null, HttpStatusCode.Forbidden, "not_in_role");
        await server.RefusedAsync("kim", HttpMethod.Post, path, new { role = "auditor" }, HttpStatusCode.Conflict, "role_not_asked");
        var given = await server.PostAsync<DeploymentView>("kim", path);
        Assert.Equal("staff", Assert.Single(given.Approvals).Role);
        var twice = await server.RefusedAsync("kim", HttpMethod.Post, path, new { role = "client" }, HttpStatusCode.Conflict, "already_decided");
        Assert.EndsWith("one person counts for one rule. Somebody else must approve as client: pat.", twice.Detail, StringComparison.Ordinal);
        await server.RefusedAsync("kim", HttpMethod.Post, path, null, HttpStatusCode.Conflict, "already_decided");
        var both = await server.PostAsync<DeploymentView>("pat", path);
        Assert.Equal(2, both.Approvals.Count);
        Assert.All(both.Approvals, approval => Assert.Equal((both.Digest, both.PolicyRevision), (approval.Digest, approval.PolicyRevision)));
        // The approvals are there; the promotion order is not.
        Assert.Equal(("success in staging", Phase.Waiting), (both.WaitsFor, both.Phase));
    }

    /// <summary>kim alone is a client, and staff, too. Each line: who approves, as what they ask to, as what they are recorded.</summary>
    [Theory]
    [Trait("Row", "T2")]
    [InlineData("kim staff staff", "kim client client", "sam - staff")]
    [InlineData("kim staff staff", "kim - client", "sam staff staff")]
    [InlineData("kim staff staff", "sam - staff", "kim - client")]
    [InlineData("kim staff staff", "sam staff staff", "kim client client")]
    [InlineData("sam - staff", "kim - client")]
    [InlineData("kim - client", "sam - staff")]
    public async Task Only_client_who_approved_as_staff_first_still_gets_the_gate_open(params string[] approvals)
    {
        await using var server = await StartAsync();
        server.Folder.Write("organization.yaml", Folder.Organization.Replace("client: { users: [pat, kim]", "client: { users: [kim]", StringComparison.Ordinal));
        await TestServer.UntilAsync(async () => (await server.Store.Configuration.CurrentAsync(CancellationToken.None))?.Files["organization.yaml"].Contains("pat", StringComparison.Ordinal) == false ? "" : null);
        await server.BuildAsync();
        var path = $"/api/v1/deployments/{(await server.PromoteAsync("production")).Id}/approve";
        DeploymentView? view = null;
        foreach (var words in approvals.Select(line => line.Split(' ')))
        {
            view = await server.PostAsync<DeploymentView>(words[0], path, new { role = words[1] == "-" ? null : words[1] });
            Assert.Equal((words[0], words[2]), (view.Approvals[^1].User, view.Approvals[^1].Role));
        }

        Assert.Equal("success in staging", view!.WaitsFor);
        await server.RefusedAsync("kim", HttpMethod.Post, path, null, HttpStatusCode.Conflict, "already_decided");
    }

    [Fact]
    [Trait("Row", "T2")]
    public async Task Who_is_alone_in_both_roles_is_told_whom_it_takes()
    {
        await using var server = await StartAsync();
        server.Folder.Write("organization.yaml", Folder.Organization.Replace("[sam, kim]", "[kim]", StringComparison.Ordinal).Replace("[pat, kim]", "[kim]", StringComparison.Ordinal));
        await TestServer.UntilAsync(async () => (await server.Store.Configuration.CurrentAsync(CancellationToken.None))?.Files["organization.yaml"].Contains("pat", StringComparison.Ordinal) == false ? "" : null);
        await server.BuildAsync();
        var path = $"/api/v1/deployments/{(await server.PromoteAsync("production")).Id}/approve";
        await server.PostAsync<DeploymentView>("kim", path, new { role = "staff" });

        var refused = await server.RefusedAsync("kim", HttpMethod.Post, path, new { role = "client" }, HttpStatusCode.Conflict, "already_decided");

        Assert.Equal(
            "kim has approved this as staff already, and one person counts for one rule. Somebody else must approve as client, and nobody else in organization.yaml may: add a user to that role.",
            refused.Detail);
    }

    [Fact]
    public async Task Approve_and_reject_race_to_one_end_and_both_are_told()
    {
        await using var server = await StartAsync();
        await server.BuildAsync(branch: "main");
        await server.UntilSucceededAsync("dev");
        for (var round = 0; round < 100; round++)
        {
            var waiting = await server.PromoteAsync("staging", round % 2 == 0 ? "dev" : "dora");
            var answers = await Task.WhenAll(
                server.SendAsync("sam", HttpMethod.Post, $"/api/v1/deployments/{waiting.Id}/approve"),
                server.SendAsync("kim", HttpMethod.Post, $"/api/v1/deployments/{waiting.Id}/reject", new { comment = "no" }));

            Assert.All(answers, answer => Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Conflict]));
            var rejected = answers[1].StatusCode == HttpStatusCode.OK;
            Assert.True(rejected || answers[0].StatusCode == HttpStatusCode.OK, "nobody decided");
            var end = await server.UntilAsync(waiting.Id, rejected ? Phase.Cancelled : Phase.Succeeded);
            Assert.Equal(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), end.Approvals.Count);
            var rows = await server.Store.Audit.RecentAsync(null, new DeploymentId(waiting.Id), 50, CancellationToken.None);
            Assert.Equal(end.Approvals.Count, rows.Count(row => row.Action.StartsWith("approval.", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Two_approvers_race_to_one_approval_each()
    {
        await using var server = await StartAsync();
        await server.BuildAsync();
        for (var round = 0; round < 20; round++)
        {
            var waiting = await server.PromoteAsync("staging", round % 2 == 0 ? "dev" : "dora");
            var path = $"/api/v1/deployments/{waiting.Id}/approve";
            var answers = await Task.WhenAll(
                server.SendAsync("sam", HttpMethod.Post, path), server.SendAsync("kim", HttpMethod.Post, path), server.SendAsync("sam", HttpMethod.Post, path));

            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            Assert.Single((await server.GetAsync<DeploymentView>("vera", $"/api/v1/deployments/{waiting.Id}")).Approvals);
            await server.PostAsync<DeploymentView>("dev", $"/api/v1/deployments/{waiting.Id}/cancel");
        }
    }
}

public sealed class StoryOnSqlite : StoryTests
{
    protected override Task<TestServer> StartAsync() => TestServer.StartAsync();
}

public sealed class StoryOnPostgres(PostgresServer postgres) : StoryTests
{
    protected override async Task<TestServer> StartAsync() => await TestServer.StartAsync(await postgres.CreateAsync());
}
