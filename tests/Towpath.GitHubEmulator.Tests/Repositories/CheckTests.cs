using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Repositories;

/// <summary>Check runs and suites.</summary>
public sealed class CheckTests : GitHubScene
{
    [Fact]
    public async Task A_check_run_goes_on_and_its_suite_follows()
    {
        var client = AsInstallation();
        var sha = Web.Refs["refs/heads/main"];
        var created = await client.PostAsync("/repos/acme/web/check-runs", new JsonObject { ["name"] = "gates", ["head_sha"] = sha, ["status"] = "in_progress" });
        var id = (long)created.Json["id"]!;
        var done = await client.PatchAsync($"/repos/acme/web/check-runs/{id}", new JsonObject
        {
            ["conclusion"] = "failure", ["output"] = new JsonObject { ["title"] = "closed", ["summary"] = "two gates are closed" },
        });

        Assert.Equal((201, 200), (created.Status, done.Status));
        var runs = await client.GetAsync("/repos/acme/web/commits/main/check-runs?check_name=gates");
        Assert.Equal(("failure", 1), ((string?)runs.Json["check_runs"]![0]!["conclusion"], (int?)runs.Json["total_count"]));
        var suites = await client.GetAsync("/repos/acme/web/commits/main/check-suites");
        Assert.Equal(("completed", "failure"), ((string?)suites.Json["check_suites"]![0]!["status"], (string?)suites.Json["check_suites"]![0]!["conclusion"]));
        Assert.Equal(200, (await client.GetAsync($"/repos/acme/web/check-suites/{suites.Json["check_suites"]![0]!["id"]}/check-runs")).Status);
        Assert.Equal(["check_run.created", "check_run.completed", "check_suite.completed"], await ToldNamesAsync());
    }

    [Fact]
    public async Task Only_apps_write_checks_and_only_their_own()
    {
        var run = CheckEvents.Report(Web, World.Apps.Actions, Web.Refs["refs/heads/main"], "build");

        Assert.Equal(403, (await As("kim").PostAsync("/repos/acme/web/check-runs", new JsonObject { ["name"] = "x", ["head_sha"] = Web.Refs["refs/heads/main"] })).Status);
        Assert.Equal(403, (await AsInstallation().PatchAsync($"/repos/acme/web/check-runs/{run.Id}", new JsonObject { ["conclusion"] = "success" })).Status);
    }

    [Fact]
    public async Task Each_workflow_run_has_a_suite_of_its_own_so_that_jobs_of_one_name_are_listed_for_each()
    {
        var sha = Web.Refs["refs/heads/main"];
        var workflow = new Workflow(World.NextId(), Web, ".github/workflows/cd.yml") { Plan = new RunPlan { Jobs = [new JobPlan("build", ["make"])] } };
        Web.Workflows.Add(workflow);
        foreach (var _ in (int[])[1, 2]) RunEvents.Start(workflow, "refs/heads/main", sha, "push", World.Accounts.User("kim"));

        var runs = (await AsInstallation().GetAsync("/repos/acme/web/commits/main/check-runs?filter=latest")).Json["check_runs"]!.AsArray();
        Assert.Equal(2, runs.Select(run => (long)run!["check_suite"]!["id"]!).Distinct().Count());
    }

    [Fact]
    public async Task A_check_of_a_fork_knows_no_branch()
    {
        World.Accounts.User("eve");
        var fork = World.Repositories.Fork(Web, "eve");
        var commit = fork.Push("topic", new Dictionary<string, string?> { ["x"] = "y" }, author: "eve");
        CheckEvents.Report(Web, World.Apps.Actions, commit.Sha, "build");

        var told = (await ToldAsync()).Last(t => t.Event == "check_run");
        Assert.Null(told.Json["check_run"]!["check_suite"]!["head_branch"]);
    }
}
