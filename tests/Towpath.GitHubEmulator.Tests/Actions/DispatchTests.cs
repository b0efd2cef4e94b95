using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Actions;

/// <summary>Workflows that are dispatched, and how their runs go on.</summary>
public sealed class DispatchTests : GitHubScene
{
    private const string Path = "/repos/acme/web/actions";

    private Workflow _workflow = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _workflow = new Workflow(World.NextId(), Web, ".github/workflows/deploy.yml") { RunName = "deploy ${{ inputs.id }}" };
        _workflow.Inputs["id"] = true;
        _workflow.Inputs["environment"] = false;
        Web.Workflows.Add(_workflow);
    }

    [Fact]
    public async Task A_dispatch_answers_nothing_and_its_run_is_found_by_what_it_was_given()
    {
        _workflow.Plan = new RunPlan
        {
            AppearsAfter = TimeSpan.FromSeconds(2), QueuedFor = TimeSpan.FromSeconds(5), RunsFor = TimeSpan.FromMinutes(1), Conclusion = "failure",
            Jobs = [new JobPlan("deploy", ["for ${{ inputs.id }}"])],
        };
        var client = AsInstallation();
        Assert.Equal(204, (await DispatchAsync("x-17")).Status);

        Assert.Equal(0, (int)(await client.GetAsync($"{Path}/runs?event=workflow_dispatch")).Json["total_count"]!);
        Clock.Advance(TimeSpan.FromSeconds(2));
        var listed = await client.GetAsync($"{Path}/workflows/deploy.yml/runs?event=workflow_dispatch&branch=main");
        Assert.Equal(("deploy x-17", "queued"), ((string?)listed.Json["workflow_runs"]![0]!["display_title"], (string?)listed.Json["workflow_runs"]![0]!["status"]));
        var id = (long)listed.Json["workflow_runs"]![0]!["id"]!;
        Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("in_progress", (string?)(await client.GetAsync($"{Path}/runs/{id}")).Json["status"]);
        Assert.Equal("for x-17", (string?)(await client.GetAsync($"{Path}/runs/{id}/jobs")).Json["jobs"]![0]!["steps"]![0]!["name"]);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("failure", (string?)(await client.GetAsync($"{Path}/runs/{id}")).Json["conclusion"]);
        Assert.Equal(
            ["workflow_run.requested", "check_run.created", "workflow_run.in_progress", "workflow_run.completed", "check_run.completed", "check_suite.completed"],
            await ToldNamesAsync());
    }

    [Fact]
    public async Task A_dispatch_tells_its_run_where_that_is_asked_for()
    {
        var got = await DispatchAsync("x", ("return_run_details", true));

        Assert.Equal((200, Web.Runs[0].Id), (got.Status, (long)got.Json["workflow_run_id"]!));
    }

    [Fact]
    public async Task A_dispatch_that_does_not_fit_the_workflow_is_refused()
    {
        var client = AsInstallation();
        foreach (var (body, message) in new[]
        {
            (new JsonObject { ["ref"] = "none", ["inputs"] = new JsonObject { ["id"] = "x" } }, "No ref found for: none"),
            (new JsonObject { ["ref"] = "main" }, "Required input 'id' not provided"),
            (new JsonObject { ["ref"] = "main", ["inputs"] = new JsonObject { ["id"] = "x", ["other"] = "y" } }, """Unexpected inputs provided: ["other"]"""),
        })
        {
            var got = await client.PostAsync($"{Path}/workflows/{_workflow.Id}/dispatches", body);
            Assert.Equal((422, message), (got.Status, got.Message));
        }

        Assert.Equal(404, (await client.PostAsync($"{Path}/workflows/none.yml/dispatches", new JsonObject { ["ref"] = "main" })).Status);
        Assert.Single((await client.GetAsync($"{Path}/workflows")).Json["workflows"]!.AsArray());
        Assert.Equal(200, (await client.GetAsync($"{Path}/workflows/deploy.yml")).Status);
    }

    [Fact]
    public async Task A_run_that_never_ends_is_cancelled()
    {
        _workflow.Plan = new RunPlan { RunsFor = null };
        await DispatchAsync("x");
        var run = Web.Runs[0];

        Assert.Equal(202, (await AsInstallation().PostAsync($"{Path}/runs/{run.Id}/cancel")).Status);
        Assert.Equal(("completed", "cancelled"), (run.Status, run.Conclusion));
        Assert.Equal(409, (await AsInstallation().PostAsync($"{Path}/runs/{run.Id}/cancel")).Status);
    }

    private Task<Got> DispatchAsync(string id, params (string Name, bool Value)[] more)
    {
        var body = new JsonObject { ["ref"] = "main", ["inputs"] = new JsonObject { ["id"] = id } };
        foreach (var (name, value) in more) body[name] = value;
        return AsInstallation().PostAsync($"{Path}/workflows/deploy.yml/dispatches", body);
    }
}
