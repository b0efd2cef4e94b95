using Towpath.Core.Deployments;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Calling;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;
using static Towpath.Server.Tests.Features.GitHub.Protection.ProtectionScene;

namespace Towpath.Server.Tests.Features.GitHub.Protection;

/// <summary>Workflow runs that wait for an environment are answered by Towpath's gates.</summary>
[Trait("Row", "N5")]
public abstract class ProtectionContract(Func<Task<string?>> database)
{
    [Fact]
    public async Task A_run_goes_on_at_once_where_all_gates_are_open()
    {
        await using var scene = await StartAsync(Spec, "staging", await database());
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        var run = Run(scene, commit, "staging");

        var said = await UntilSaidAsync(scene, run, state: "approved");
        Assert.Contains("all gates are open", said, StringComparison.Ordinal);
        Assert.Single(Said(scene, run));
        await UntilAnsweredAsync(scene, run, "staging", "approved");
    }

    [Fact]
    public async Task A_run_waits_with_the_gates_shown_until_they_open()
    {
        await using var scene = await StartAsync(Spec, "production", await database());
        var commit = Push(scene);
        var build = await BuildAsync(scene, commit);
        var run = Run(scene, commit, "production");

        var told = await UntilSaidAsync(scene, run, state: null);
        Assert.Contains("0 of 1 approvals by role staff", told, StringComparison.Ordinal);
        Assert.Contains("towpath promote site --to production --version", told, StringComparison.Ordinal);
        Assert.True(told.Length <= 1024);

        var view = await PromoteAsync(scene, build, "production");
        await scene.Server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{view.Id}/approve", new { role = "staff" });
        await UntilSaidAsync(scene, run, state: "approved");
        await UntilAnsweredAsync(scene, run, "production", "approved");
    }

    [Fact]
    public async Task A_run_is_rejected_with_the_reason_once_somebody_rejects_its_deployment()
    {
        await using var scene = await StartAsync(Spec, "production", await database());
        var commit = Push(scene);
        var view = await PromoteAsync(scene, await BuildAsync(scene, commit), "production");
        var run = Run(scene, commit, "production");
        await UntilSaidAsync(scene, run, state: null);

        await scene.Server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{view.Id}/reject", new { role = "staff", comment = "not on a Friday" });

        var said = await UntilSaidAsync(scene, run, state: "rejected");
        Assert.Contains("not on a Friday", said, StringComparison.Ordinal);
        Assert.Contains("run the job again", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_holds_a_run_up_until_it_is_taken_away()
    {
        await using var scene = await StartAsync(Spec, "staging", await database());
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        Assert.True((await scene.Server.SendAsync("dora", HttpMethod.Put, "/api/v1/applications/site/environments/staging/lock", new { reason = "the *fair*" })).IsSuccessStatusCode);
        var run = Run(scene, commit, "staging");
        var told = await UntilSaidAsync(scene, run, state: null);
        Assert.Contains("locked by dora", told, StringComparison.Ordinal);
        Assert.Contains("the \\*fair\\*", told, StringComparison.Ordinal);

        Assert.True((await scene.Server.SendAsync("dora", HttpMethod.Delete, "/api/v1/applications/site/environments/staging/lock")).IsSuccessStatusCode);
        await UntilSaidAsync(scene, run, state: "approved");
    }

    [Fact]
    public async Task A_run_of_a_commit_without_a_build_is_told_so_and_goes_on_once_there_is_one()
    {
        await using var scene = await StartAsync(Spec, "staging", await database());
        var commit = Push(scene);
        var run = Run(scene, commit, "staging");
        Assert.Contains($"no build of {commit[..7]} was reported", await UntilSaidAsync(scene, run, state: null), StringComparison.Ordinal);

        await BuildAsync(scene, commit);
        await UntilSaidAsync(scene, run, state: "approved");
    }

    [Fact]
    public async Task An_environment_that_nobody_knows_is_told_so()
    {
        await using var scene = await StartAsync(Spec, "elsewhere", await database());
        var run = Run(scene, Push(scene), "elsewhere");
        Assert.Contains("no application of acme/web has an environment that GitHub knows by this name", await UntilSaidAsync(scene, run, state: null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_a_deployment_started_goes_on_and_one_that_only_says_so_does_not()
    {
        await using var scene = await StartAsync("""
            name: site
            repository: acme/web
            artifact: { kind: commit }
            environments:
              production:
                approvals: [{ role: staff }]
                target: { kind: github, workflow: deploy.yaml }
            """, "production", await database());
        var commit = Push(scene);
        var workflow = AddWorkflow(scene, "production");
        workflow.RunName = "deploy ${{ inputs.towpath_id }}";
        foreach (var input in (string[])["towpath_id", "application", "environment", "version", "sha"]) workflow.Inputs[input] = false;
        workflow.Plan = workflow.Plan with { RunsFor = null };
        var view = await PromoteAsync(scene, await BuildAsync(scene, commit), "production");
        await scene.Server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{view.Id}/approve", new { role = "staff" });
        var own = await TestServer.UntilAsync(() => Task.FromResult(Runs(scene).FirstOrDefault()));
        Assert.Contains("Towpath started this run", await UntilSaidAsync(scene, own, state: "approved"), StringComparison.Ordinal);

        var forged = RunEvents.Start(workflow, "refs/heads/main", commit, "workflow_dispatch", scene.World.Accounts.User("kim"), new Dictionary<string, string> { ["towpath_id"] = $"{view.Id}-s0" });
        await scene.SettledAsync();
        RunEvents.Complete(own, "success");
        await scene.Server.UntilAsync(view.Id.ToString(), Phase.Succeeded);
        Assert.Contains("what it was given cannot be seen", await UntilSaidAsync(scene, forged, state: "rejected"), StringComparison.Ordinal);
        Assert.DoesNotContain(Said(scene, forged), said => said.State == "approved");
    }

    [Theory]
    [InlineData("pull_request")]
    [InlineData("pull_request_target")]
    [Trait("Attack", "secrets in output")]
    public async Task A_run_of_a_fork_is_rejected_even_where_its_commit_may_deploy(string by)
    {
        await using var scene = await StartAsync(Spec, "staging", await database());
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        var fork = scene.World.Repositories.Fork(scene.Web, "eve");

        var run = Run(scene, commit, "staging", by, fork);
        Assert.Contains("comes from a fork", await UntilSaidAsync(scene, run, state: "rejected"), StringComparison.Ordinal);
        await UntilAnsweredAsync(scene, run, "staging", "rejected");
        Assert.Equal("failure", run.Conclusion);
    }

    [Fact]
    public async Task An_answer_that_GitHub_takes_and_loses_is_given_once()
    {
        await using var scene = await StartAsync(Spec, "staging", await database());
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        scene.World.Script.Add(new ScriptedFault { On = AnswerRoute, Kind = FaultKind.DropAfter, Times = 2 });
        scene.World.Script.Add(new ScriptedFault { On = AnswerRoute, Kind = FaultKind.Error, Status = 503, Times = 2 });
        var run = Run(scene, commit, "staging");

        await TestServer.UntilAsync(async () => await RequestAsync(scene, run, "staging") is { Answer: not null } request ? request : null);
        Assert.Single(Said(scene, run), said => said.State == "approved");
    }

    [Fact]
    [Trait("Row", "T1")]
    public async Task An_old_run_that_is_run_again_is_not_let_through_by_what_was_approved_then()
    {
        await using var scene = await StartAsync(Spec, "production", await database());
        var (first, second) = (Push(scene), scene.Web.Push("main", new Dictionary<string, string?> { ["a"] = "two" }, "two", "kim").Sha);
        foreach (var commit in new[] { first, second })
        {
            var view = await PromoteAsync(scene, await BuildAsync(scene, commit), "production");
            await scene.Server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{view.Id}/approve", new { role = "staff" });
            await TestServer.UntilAsync(async () => await scene.Server.GetAsync<DeploymentView>("ada", $"/api/v1/deployments/{view.Id}") is { Phase: Phase.Succeeded } done ? done : null);
        }

        var now = Run(scene, second, "production");
        await UntilAnsweredAsync(scene, now, "production", "approved");
        var old = Run(scene, first, "production");
        var said = await UntilSaidAsync(scene, old, state: null);
        Assert.Contains("0 of 1 approvals by role staff", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_run_again_asks_and_is_answered_again()
    {
        await using var scene = await StartAsync(Spec, "staging", await database());
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        var run = Run(scene, commit, "staging");
        await UntilAnsweredAsync(scene, run, "staging", "approved");
        Assert.Equal("success", run.Conclusion);
        await scene.SettledAsync();

        lock (scene.World.Gate)
        {
            (run.Status, run.Conclusion) = ("waiting", null);
            run.Gates[0].Asked.Add(scene.App);
        }

        var deliveries = await scene.Server.GetAsync<DeliveryList>("ada", "/api/v1/github/deliveries?limit=200");
        var asked = deliveries.Deliveries.Single(delivery => delivery.Event == "deployment_protection_rule");
        await scene.Server.PostAsync<DeliveryView>("ada", $"/api/v1/github/deliveries/{asked.Guid}/replay");
        await TestServer.UntilAsync(() => Task.FromResult(Said(scene, run) is { Count: 2 } both ? both : null));
        Assert.All(Said(scene, run), said => Assert.Equal("approved", said.State));
    }
}
