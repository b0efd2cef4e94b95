using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Environments;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Environments;

/// <summary>Environments, and what their rules do to runs.</summary>
public sealed class EnvironmentTests : GitHubScene
{
    private const string Path = "/repos/acme/web/environments";

    [Fact]
    public async Task An_environment_is_what_was_last_put()
    {
        var team = World.Accounts.Organization("acme").Team("staff", "sam");
        var client = AsInstallation();
        var put = await client.PutAsync($"{Path}/production", new JsonObject
        {
            ["wait_timer"] = 30, ["prevent_self_review"] = true, ["reviewers"] = new JsonArray(new JsonObject { ["type"] = "Team", ["id"] = team.Id }),
            ["deployment_branch_policy"] = new JsonObject { ["protected_branches"] = false, ["custom_branch_policies"] = true },
        });
        Assert.Equal(["wait_timer", "required_reviewers", "branch_policy"], put.Json["protection_rules"]!.AsArray().Select(r => (string?)r!["type"]));
        foreach (var (name, type) in new[] { ("main", "branch"), ("v*", "tag") })
            Assert.Equal(200, (await client.PostAsync($"{Path}/production/deployment-branch-policies", new JsonObject { ["name"] = name, ["type"] = type })).Status);
        Assert.Equal(303, (await client.PostAsync($"{Path}/production/deployment-branch-policies", new JsonObject { ["name"] = "main" })).Status);
        var policies = await client.GetAsync($"{Path}/production/deployment-branch-policies");
        Assert.Equal(2, (int)policies.Json["total_count"]!);
        var id = policies.Json["branch_policies"]![0]!["id"];
        Assert.Equal(200, (await client.PutAsync($"{Path}/production/deployment-branch-policies/{id}", new JsonObject { ["name"] = "release/*" })).Status);
        Assert.Equal(204, (await client.DeleteAsync($"{Path}/production/deployment-branch-policies/{id}")).Status);

        Assert.Equal("staff", (string?)(await client.GetAsync($"{Path}/production")).Json["protection_rules"]![1]!["reviewers"]![0]!["reviewer"]!["slug"]);
        Assert.Equal(200, (await client.PutAsync($"{Path}/review%2Fpr-1")).Status);
        Assert.Equal(2, (int)(await client.GetAsync(Path)).Json["total_count"]!);
        Assert.Equal(204, (await client.DeleteAsync($"{Path}/review%2Fpr-1")).Status);
        Assert.Empty((await client.PutAsync($"{Path}/production", new JsonObject())).Json["protection_rules"]!.AsArray());
    }

    [Fact]
    public async Task What_github_refuses_is_refused()
    {
        var client = AsInstallation();
        var seven = new JsonArray([.. Enumerable.Range(0, 7).Select(i => World.Accounts.User($"u{i}")).Select(u =>
        {
            Web.Collaborators[u.Login] = Towpath.GitHubEmulator.Repositories.Role.Read;
            return (JsonNode)new JsonObject { ["type"] = "User", ["id"] = u.Id };
        })]);
        foreach (var body in (JsonObject[])
        [
            new() { ["wait_timer"] = 43201 }, new() { ["reviewers"] = seven }, new() { ["reviewers"] = new JsonArray(new JsonObject { ["type"] = "User", ["id"] = 1 }) },
            new() { ["deployment_branch_policy"] = new JsonObject { ["protected_branches"] = true, ["custom_branch_policies"] = true } },
        ])
            Assert.Equal(422, (await client.PutAsync($"{Path}/production", body)).Status);
        Assert.Equal(404, (await client.GetAsync($"{Path}/none")).Status);
    }

    [Theory]
    [InlineData("main", "main", true)]
    [InlineData("release/*", "release/1.0", true)]
    [InlineData("release/*", "release/1/2", false)]
    [InlineData("*", "release/1.0", false)]
    [InlineData("**/x", "a/b/x", true)]
    [InlineData("v?", "v1", true)]
    [InlineData("v?", "v/", false)]
    public void A_pattern_does_not_cross_a_slash(string pattern, string name, bool matches) => Assert.Equal(matches, FileName.Matches(pattern, name));

    [Theory]
    [InlineData("approved", "success")]
    [InlineData("rejected", "failure")]
    public async Task An_app_is_asked_reports_and_decides(string state, string conclusion)
    {
        var client = AsInstallation();
        await client.PutAsync($"{Path}/production");
        var available = await client.GetAsync($"{Path}/production/deployment_protection_rules/apps");
        Assert.Equal(App.Id, (long)available.Json["available_custom_deployment_protection_rule_integrations"]![0]!["id"]!);
        Assert.Equal(201, (await client.PostAsync($"{Path}/production/deployment_protection_rules", new JsonObject { ["integration_id"] = App.Id })).Status);
        Assert.Equal(1, (int)(await client.GetAsync($"{Path}/production/deployment_protection_rules")).Json["total_count"]!);
        var run = Start();
        var asked = (await ToldAsync()).Single(t => t.Event == "deployment_protection_rule").Json;
        var callback = new Uri((string)asked["deployment_callback_url"]!).AbsolutePath;

        Assert.Equal(("requested", "production", "waiting"), ((string?)asked["action"], (string?)asked["environment"], run.Status));
        Assert.Equal(204, (await client.PostAsync(callback, new JsonObject { ["environment_name"] = "production", ["comment"] = "waiting for kim" })).Status);
        Assert.Equal(422, (await client.PostAsync(callback, new JsonObject { ["environment_name"] = "production", ["comment"] = new string('x', 1025) })).Status);
        Assert.Equal("waiting", run.Status);
        Assert.Equal(204, (await client.PostAsync(callback, new JsonObject { ["environment_name"] = "production", ["state"] = state, ["comment"] = "done" })).Status);
        Assert.Equal(("completed", conclusion), (run.Status, run.Conclusion));
        Assert.Equal(422, (await client.PostAsync(callback, new JsonObject { ["environment_name"] = "production", ["state"] = state, ["comment"] = "again" })).Status);
        Assert.Equal(conclusion, Web.Deployments.All.Single().State);
    }

    [Fact]
    public async Task Reviewers_and_the_wait_timer_hold_a_run()
    {
        World.Accounts.Organization("acme").Team("staff", "sam").Repositories["acme/web"] = "push";
        var put = await AsInstallation().PutAsync($"{Path}/production", new JsonObject
        {
            ["wait_timer"] = 10, ["reviewers"] = new JsonArray(new JsonObject { ["type"] = "User", ["id"] = World.Accounts.User("sam").Id }),
        });
        var run = Start();
        var pending = await As("sam").GetAsync($"/repos/acme/web/actions/runs/{run.Id}/pending_deployments");
        Assert.True((bool)pending.Json[0]!["current_user_can_approve"]!);
        var review = new JsonObject { ["environment_ids"] = new JsonArray((long)put.Json["id"]!), ["state"] = "approved", ["comment"] = "fine" };

        Assert.Equal(403, (await As("kim").PostAsync($"/repos/acme/web/actions/runs/{run.Id}/pending_deployments", review)).Status);
        Assert.Equal(200, (await As("sam").PostAsync($"/repos/acme/web/actions/runs/{run.Id}/pending_deployments", review)).Status);
        Assert.Equal("waiting", run.Status);
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(("completed", "success"), (run.Status, run.Conclusion));
    }

    [Fact]
    public async Task A_ref_that_may_not_be_deployed_fails_at_once()
    {
        await AsInstallation().PutAsync($"{Path}/production", new JsonObject
        {
            ["deployment_branch_policy"] = new JsonObject { ["protected_branches"] = true, ["custom_branch_policies"] = false },
        });
        Assert.Equal("failure", Start().Conclusion);
        Web.ProtectedBranches.Add("main");
        Assert.Equal("success", Start().Conclusion);
    }

    private WorkflowRun Start()
    {
        var workflow = new Workflow(World.NextId(), Web, ".github/workflows/cd.yml") { Plan = new RunPlan { Jobs = [new JobPlan("production", ["deploy"], "production")] } };
        Web.Workflows.Add(workflow);
        return RunEvents.Start(workflow, "refs/heads/main", Web.Refs["refs/heads/main"], "push", World.Accounts.User("kim"));
    }
}
