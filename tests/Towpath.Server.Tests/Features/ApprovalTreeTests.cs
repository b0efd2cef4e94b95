using System.Net;
using Towpath.Core.Deployments;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;
using Towpath.Engine.Tests.Storage;

namespace Towpath.Server.Tests.Features;

/// <summary>Approvals by people and in trees, and how long they count. To production: two of staff (sam, kim), or uma, who has no role at all.</summary>
[Trait("Row", "T2")]
public abstract class ApprovalTreeTests
{
    private const string Rules = "[{ any: [{ role: staff, count: 2 }, { user: uma }] }]";

    protected abstract Task<TestServer> StartAsync(Folder folder, TimeProvider? clock = null);

    [Fact]
    public async Task Person_whom_the_spec_names_may_look_and_approve_there_and_nothing_else()
    {
        await using var server = await StartAsync(With(Rules));
        await server.BuildAsync();
        var waiting = await server.PromoteAsync("production");
        Assert.Equal("success in staging; approval by uma, or else approval by staff: sam, kim", waiting.WaitsFor);

        Assert.Equal(["user:uma"], (await server.GetAsync<MeView>("uma", "/api/v1/me")).Roles);
        await server.RefusedAsync("uma", HttpMethod.Post, $"/api/v1/deployments/{waiting.Id}/cancel", null, HttpStatusCode.Forbidden, "role_missing");
        await server.RefusedAsync("pat", HttpMethod.Post, $"/api/v1/deployments/{waiting.Id}/approve", null, HttpStatusCode.Forbidden, "not_in_role");
        await server.RefusedAsync("sam", HttpMethod.Post, $"/api/v1/deployments/{waiting.Id}/approve", new { role = "user:uma" }, HttpStatusCode.Forbidden, "not_in_role");
        var approved = await server.PostAsync<DeploymentView>("uma", $"/api/v1/deployments/{waiting.Id}/approve", new { role = "user:UMA" });

        Assert.Equal(("uma", "user:uma"), (approved.Approvals[0].User, approved.Approvals[0].Role));
        Assert.Equal("success in staging", approved.WaitsFor);
        await server.RefusedAsync("sam", HttpMethod.Post, $"/api/v1/deployments/{waiting.Id}/approve", null, HttpStatusCode.Conflict, "already_approved");
    }

    [Fact]
    public async Task Way_that_is_nearer_comes_first_and_either_opens_the_gate()
    {
        await using var server = await StartAsync(With(Rules));
        await server.BuildAsync();
        var id = (await server.PromoteAsync("production")).Id;

        await server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{id}/approve");
        var one = await server.GetAsync<DeploymentView>("vera", $"/api/v1/deployments/{id}");
        Assert.Equal("success in staging; approval by staff: kim, or else approval by uma", one.WaitsFor);

        var both = await server.PostAsync<DeploymentView>("kim", $"/api/v1/deployments/{id}/approve");
        Assert.Equal("success in staging", both.WaitsFor);
        Assert.Equal(2, both.Approvals.Count);
    }

    [Fact]
    public async Task Approval_that_expired_is_waited_for_again_and_can_be_given_again()
    {
        var clock = new HandClock();
        await using var server = await StartAsync(With("[{ role: staff }]\n    approval: { expires: 1h }"), clock);
        await server.BuildAsync();
        var path = $"/api/v1/deployments/{(await server.PromoteAsync("production")).Id}";
        var first = await server.PostAsync<DeploymentView>("sam", path + "/approve");
        Assert.Equal("success in staging", first.WaitsFor);
        await server.RefusedAsync("sam", HttpMethod.Post, path + "/approve", null, HttpStatusCode.Conflict, "already_decided");

        clock.Advance(TimeSpan.FromHours(1));
        var again = await server.PostAsync<DeploymentView>("sam", path + "/approve");

        Assert.Equal("success in staging", again.WaitsFor);
        Assert.NotEqual(Assert.Single(first.Approvals).Id, Assert.Single(again.Approvals).Id);
        var rows = await server.Store.Audit.RecentAsync(null, new DeploymentId(again.Id), 50, CancellationToken.None);
        Assert.Equal(2, rows.Count(row => row.Action == "approval.given"));
    }

    [Fact]
    public async Task Own_change_is_approved_only_where_the_spec_lets_people()
    {
        await using var server = await StartAsync(With("[{ role: staff }]\n    approval: { self: true }"));
        await server.BuildAsync(author: "sam");
        var waiting = await server.PromoteAsync("production");
        Assert.Equal("success in staging; approval by staff: sam, kim", waiting.WaitsFor);

        Assert.Equal("success in staging", (await server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{waiting.Id}/approve")).WaitsFor);
    }

    private static Folder With(string approvals)
    {
        var folder = new Folder();
        folder.Write("apps/web.yaml", Folder.Web.Replace("[{ role: staff }, { role: client }]", approvals, StringComparison.Ordinal));
        return folder;
    }
}

public sealed class ApprovalTreesOnSqlite : ApprovalTreeTests
{
    protected override Task<TestServer> StartAsync(Folder folder, TimeProvider? clock = null) => TestServer.StartAsync(folder: folder, clock: clock);
}

public sealed class ApprovalTreesOnPostgres(PostgresServer postgres) : ApprovalTreeTests
{
    protected override async Task<TestServer> StartAsync(Folder folder, TimeProvider? clock = null) => await TestServer.StartAsync(await postgres.CreateAsync(), folder, clock: clock);
}
