using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Deployments;

/// <summary>What lets a deployment come into being, and what its statuses end.</summary>
public sealed class DeploymentTests : GitHubScene
{
    private const string Path = "/repos/acme/web/deployments";

    [Fact]
    public async Task A_deployment_has_githubs_defaults()
    {
        var got = await AsInstallation().PostAsync(Path, new JsonObject { ["ref"] = "main" });

        Assert.Equal((201, "deploy", "production", true, false), (
            got.Status, (string?)got.Json["task"], (string?)got.Json["environment"], (bool?)got.Json["production_environment"], (bool?)got.Json["transient_environment"]));
        Assert.Equal("towpath", (string?)got.Json["performed_via_github_app"]!["slug"]);
        var told = Assert.Single(await ToldAsync());
        Assert.Equal(("deployment", (string?)got.Json["sha"]), (told.Event, (string?)told.Json["deployment"]!["sha"]));
        Assert.Equal(200, (await AsInstallation().GetAsync($"{Path}/{got.Json["id"]}")).Status);
        Assert.Single((await AsInstallation().GetAsync($"{Path}?environment=production&sha={got.Json["sha"]}")).Json.AsArray());
        Assert.Empty((await AsInstallation().GetAsync($"{Path}?environment=staging")).Json.AsArray());
        Assert.Equal(422, (await AsInstallation().PostAsync(Path, new JsonObject { ["ref"] = "none" })).Status);
    }

    [Fact]
    public async Task Somebody_who_listens_can_answer_to_each_at_once()
    {
        Web.Listener = "success";
        var got = await AsInstallation().PostAsync(Path, new JsonObject { ["ref"] = "main" });

        var status = Assert.Single((await AsInstallation().GetAsync($"{Path}/{got.Json["id"]}/statuses")).Json.AsArray());
        Assert.Equal(("success", "deployer"), ((string?)status!["state"], (string?)status["creator"]!["login"]));
        Assert.Equal(["deployment", "deployment_status"], (await ToldAsync()).Select(t => t.Event));
    }

    [Fact]
    public async Task All_contexts_must_have_passed_unless_others_or_none_are_named()
    {
        var (client, sha) = (AsInstallation(), Web.Refs["refs/heads/main"]);
        await client.PostAsync($"/repos/acme/web/statuses/{sha}", new JsonObject { ["state"] = "pending", ["context"] = "ci/test" });
        CheckEvents.Report(Web, World.Apps.Actions, sha, "build");

        var all = await client.PostAsync(Path, new JsonObject { ["ref"] = "main" });
        Assert.Equal((409, "Conflict: Commit status checks failed for main."), (all.Status, all.Message));
        Assert.Equal("""[{"context":"ci/test","state":"pending"}]""", all.Json["errors"]![0]!["contexts"]!.ToJsonString());
        Assert.Equal(201, (await client.PostAsync(Path, new JsonObject { ["ref"] = "main", ["required_contexts"] = new JsonArray("build") })).Status);
        Assert.Equal(409, (await client.PostAsync(Path, new JsonObject { ["ref"] = "main", ["required_contexts"] = new JsonArray("missing") })).Status);
        Assert.Equal(201, (await client.PostAsync(Path, new JsonObject { ["ref"] = "main", ["required_contexts"] = new JsonArray() })).Status);
    }

    [Fact]
    public async Task A_branch_that_is_behind_is_merged_first_and_then_nothing_is_created()
    {
        var topic = Branch("topic");
        Web.Push("main", new Dictionary<string, string?> { ["other.txt"] = "x" });
        var got = await AsInstallation().PostAsync(Path, new JsonObject { ["ref"] = "topic" });

        Assert.Equal((202, "Auto-merged main into topic on deployment.", 0), (got.Status, got.Message, Web.Deployments.Count));
        Assert.NotEqual(topic.Sha, Web.Refs["refs/heads/topic"]);
        Assert.Equal(201, (await AsInstallation().PostAsync(Path, new JsonObject { ["ref"] = "topic" })).Status);
        Assert.Equal(201, (await AsInstallation().PostAsync(Path, new JsonObject { ["ref"] = topic.Sha })).Status);
    }

    [Fact]
    public async Task A_branch_that_conflicts_is_refused_unless_it_is_not_to_be_merged()
    {
        Branch("topic", ("README.md", "mine"));
        Web.Push("main", new Dictionary<string, string?> { ["README.md"] = "yours" });
        var got = await AsInstallation().PostAsync(Path, new JsonObject { ["ref"] = "topic" });

        Assert.Equal((409, "Conflict merging main into topic."), (got.Status, got.Message));
        Assert.Equal(201, (await AsInstallation().PostAsync(Path, new JsonObject { ["ref"] = "topic", ["auto_merge"] = false })).Status);
    }

    [Fact]
    public async Task Success_ends_only_earlier_successful_deployments_that_are_neither_transient_nor_production()
    {
        var client = AsInstallation();
        var lasting = await CreateAsync("staging", "success");
        var failed = await CreateAsync("staging", "failure");
        var transient = await CreateAsync("staging", "success", ("transient_environment", true), ("auto_inactive", false));
        var production = await CreateAsync("staging", "success", ("production_environment", true), ("auto_inactive", false));
        var elsewhere = await CreateAsync("qa", "success");
        await ForgetAsync();
        var last = await CreateAsync("staging", "success");

        Assert.Equal(["inactive", "failure", "success", "success", "success", "success"],
            new[] { lasting, failed, transient, production, elsewhere, last }.Select(id => Web.Deployments.Find(id)!.State));
        Assert.Equal(["deployment.created", "deployment_status.created"], await ToldNamesAsync());
        var statuses = await client.GetAsync($"{Path}/{lasting}/statuses");
        Assert.Equal(["inactive", "success"], statuses.Json.AsArray().Select(s => (string?)s!["state"]));
    }

    [Fact]
    public async Task Nobody_is_told_of_inactive_and_only_inactive_deployments_are_deleted()
    {
        var client = AsInstallation();
        var first = await CreateAsync("qa", "success");
        await CreateAsync("qa", "pending");
        await ForgetAsync();

        Assert.Equal(422, (await client.DeleteAsync($"{Path}/{first}")).Status);
        Assert.Equal(201, (await client.PostAsync($"{Path}/{first}/statuses", new JsonObject { ["state"] = "inactive" })).Status);
        Assert.Equal(204, (await client.DeleteAsync($"{Path}/{first}")).Status);
        Assert.Empty(await ToldAsync());
        Assert.Equal(404, (await client.GetAsync($"{Path}/{first}")).Status);
    }

    [Fact]
    public async Task A_status_with_too_much_to_say_or_an_unknown_state_is_refused()
    {
        var client = AsInstallation();
        var id = await CreateAsync("qa", "queued");

        Assert.Equal(422, (await client.PostAsync($"{Path}/{id}/statuses", new JsonObject { ["state"] = "success", ["description"] = new string('x', 141) })).Status);
        Assert.Equal(422, (await client.PostAsync($"{Path}/{id}/statuses", new JsonObject { ["state"] = "done" })).Status);
        var got = await client.PostAsync($"{Path}/{id}/statuses", new JsonObject
        {
            ["state"] = "in_progress", ["log_url"] = "https://towpath.example/d/1", ["environment_url"] = "https://qa.example", ["description"] = "step 2 of 5",
        });
        Assert.Equal(("https://towpath.example/d/1", "https://qa.example"), ((string?)got.Json["log_url"], (string?)got.Json["environment_url"]));
        Assert.Equal(200, (await client.GetAsync($"{Path}/{id}/statuses/{got.Json["id"]}")).Status);
    }

    private async Task<long> CreateAsync(string environment, string state, params (string Name, bool Value)[] flags)
    {
        var (body, status) = (new JsonObject { ["ref"] = "main", ["environment"] = environment, ["required_contexts"] = new JsonArray() }, new JsonObject { ["state"] = state });
        foreach (var (name, value) in flags) (name == "auto_inactive" ? status : body)[name] = value;
        var created = await AsInstallation().PostAsync(Path, body);
        Assert.Equal(201, created.Status);
        var id = (long)created.Json["id"]!;
        Assert.Equal(201, (await AsInstallation().PostAsync($"{Path}/{id}/statuses", status)).Status);
        return id;
    }
}
