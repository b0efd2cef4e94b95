using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Webhooks;

namespace Towpath.Server.Tests.Features.GitHub.Watches;

/// <summary>Deployments that wait for checks of GitHub.</summary>
[Trait("Row", "D3")]
[Trait("Row", "N7")]
public sealed class CheckTests
{
    private const string Named = "environments:\n  dev: { auto_deploy: { branch: main }, required_checks: [test], target: { kind: fake } }";
    private const string Every = "environments:\n  dev: { auto_deploy: { branch: main }, required_checks: all, target: { kind: fake } }";

    private static readonly EnvironmentKey Dev = new("site", "dev");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Named)]
    [InlineData(Every)]
    public async Task Push_waits_for_its_check_and_goes_on_by_itself_when_it_has_passed(string spec)
    {
        await using var scene = await WatchScene.StartAsync(spec: spec);
        var commit = scene.Push("main");
        await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting);
        var run = scene.Check(commit.Sha, conclusion: null);
        await scene.UntilAsync(Dev, commit.Sha, d => WaitsFor(d).Contains("check test", StringComparison.Ordinal));

        CheckEvents.Complete(run, "success");

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
    }

    [Fact]
    public async Task Check_that_failed_keeps_the_push_out_until_it_passes_in_another_run()
    {
        await using var scene = await WatchScene.StartAsync(spec: Named);
        var commit = scene.Push("main");
        scene.Check(commit.Sha, "failure");
        await scene.UntilAsync(Dev, commit.Sha, d => d.Gates is { } gates && GateWords.Lines(gates).Any(line => line.Text == "test did not pass: failure"));

        scene.Check(commit.Sha, "success");

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Checks_whose_events_were_lost_are_asked_for()
    {
        await using var scene = await WatchScene.StartAsync(spec: Named);
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Vanish, Event = "check_*", Times = -1 });
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Hold, Event = "push" });
        var commit = scene.Push("main");
        scene.Check(commit.Sha, "success");

        scene.World.Outbox.Release();

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
        Assert.Equal("success", Assert.Single(await scene.Server.Store.Facts.OfCommitAsync(scene.Web.Id, commit.Sha, Token)).State);
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task All_checks_are_asked_for_before_they_open_a_gate_since_one_may_be_lost()
    {
        await using var scene = await WatchScene.StartAsync(spec: Every);
        var commit = scene.Push("main");
        await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting);
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Vanish, Event = "check_run", Times = 1 });
        var slow = scene.Check(commit.Sha, conclusion: null, "slow");
        scene.Check(commit.Sha, "success", "fast");

        await scene.UntilAsync(Dev, commit.Sha, d => WaitsFor(d) == "check slow");
        CheckEvents.Complete(slow, "success");

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
    }

    [Fact]
    public async Task While_GitHub_cannot_be_asked_the_gate_stays_closed_and_says_so()
    {
        await using var scene = await WatchScene.StartAsync(spec: Named);
        var fault = new ScriptedFault { Kind = FaultKind.Error, On = "GET *check-runs*", Status = 403, Message = "Resource not accessible by integration", Times = -1 };
        scene.World.Script.Add(fault);
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Hold, Event = "check_run", Times = -1 });
        var commit = scene.Push("main");
        scene.Check(commit.Sha, "success");

        var waiting = await scene.UntilAsync(Dev, commit.Sha, d => WaitsFor(d) == "word from GitHub on the checks");
        Assert.Contains(GateWords.Lines(waiting.Gates!), line => line.Text.Contains("Resource not accessible by integration", StringComparison.Ordinal));

        scene.World.Script.Clear();
        await scene.Server.Store.CommitAsync(new Commit { Changes = [Transitions.EvaluateGates(waiting.Id, TimeSpan.Zero)] }, Token);
        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
    }

    [Theory]
    [InlineData("deployment")]
    [InlineData("workflow_dispatch")]
    public async Task Run_of_a_workflow_that_a_deployment_started_is_no_check_of_the_commit_that_it_deploys(string trigger)
    {
        await using var scene = await WatchScene.StartAsync(spec: Every);
        await scene.LockAsync(Dev);
        var commit = scene.Push("main");
        var waiting = await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting);
        var workflow = new Workflow(scene.World.NextId(), scene.Web, ".github/workflows/deploy.yml")
        {
            Plan = new RunPlan { Conclusion = "failure" }, RunName = trigger == "deployment" ? null : $"Deploy ({waiting.Id.Value}-s1)",
        };
        scene.Web.Workflows.Add(workflow);
        RunEvents.Start(workflow, "main", commit.Sha, trigger, scene.World.Accounts.User("kim"));
        scene.Check(commit.Sha, "success");
        await scene.SettledAsync();
        Assert.Equal(2, (await scene.Server.Store.Facts.OfCommitAsync(scene.Web.Id, commit.Sha, Token)).Count(fact => fact.Kind == CommitFactKind.Check));

        await scene.UnlockAsync(Dev);

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
    }

    [Theory]
    [InlineData(Named, "success")]
    [InlineData(Every, "failure")]
    [Trait("Row", "T5")]
    public async Task Run_of_a_deployment_is_no_word_on_the_check_of_that_name_whose_event_was_lost(string spec, string conclusion)
    {
        await using var scene = await WatchScene.StartAsync(spec: spec);
        await scene.LockAsync(Dev);
        var commit = scene.Push("main");
        var waiting = await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting);
        scene.Check(commit.Sha, "success", "other");
        await scene.SettledAsync();
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Vanish, Event = "check_*", Times = -1 });
        scene.Check(commit.Sha, "failure");
        scene.World.Script.Webhooks.Clear();
        var workflow = new Workflow(scene.World.NextId(), scene.Web, ".github/workflows/deploy.yml")
        {
            Plan = new RunPlan { Conclusion = conclusion, Jobs = [new JobPlan("test", ["Run deploy"])] }, RunName = $"Deploy ({waiting.Id.Value}-s1)",
        };
        scene.Web.Workflows.Add(workflow);
        RunEvents.Start(workflow, "main", commit.Sha, "workflow_dispatch", scene.World.Accounts.User("kim"));
        await scene.SettledAsync();

        await scene.UnlockAsync(Dev);

        await scene.UntilAsync(Dev, commit.Sha, d => WaitsFor(d) is "check test, which did not pass" or "check test" || d.Phase.IsTerminal());
        var gates = (await scene.DeploymentsAsync(Dev))[0].Gates!;
        Assert.Contains(GateWords.Lines(gates), line => line.Text == "test did not pass: failure");
    }

    [Fact]
    public async Task Status_counts_like_a_check_and_promotions_by_hand_wait_for_it_too()
    {
        await using var scene = await WatchScene.StartAsync(spec: "environments:\n  dev: { required_checks: [\"ci/build\"], target: { kind: fake } }");
        var commit = scene.Push("main");
        await scene.Server.PostAsync<Core.Artifacts.Build>("dev", "/api/v1/builds", new { application = "site", commit = commit.Sha }, System.Net.HttpStatusCode.Created);
        var asked = await scene.Server.PostAsync<Server.Api.DeploymentView>("dev", "/api/v1/promotions", new { application = "site", environment = "dev" }, System.Net.HttpStatusCode.Created);
        Assert.Equal(Phase.Waiting, asked.Phase);

        await scene.StatusAsync(commit.Sha, "ci/build", "success");

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
    }

    [Fact]
    public async Task Check_of_an_app_is_not_passed_by_a_status_of_the_same_name()
    {
        await using var scene = await WatchScene.StartAsync(spec: "environments:\n  dev: { auto_deploy: { branch: main }, required_checks: [github-actions/test], target: { kind: fake } }");
        var commit = scene.Push("main");
        await scene.StatusAsync(commit.Sha, "test", "success");
        await scene.StatusAsync(commit.Sha, "github-actions/test", "success");
        await scene.SettledAsync();
        Assert.Contains("check github-actions/test", WaitsFor(await scene.UntilAsync(Dev, commit.Sha, d => d.Phase == Phase.Waiting)), StringComparison.Ordinal);

        scene.Check(commit.Sha, "success");

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, commit.Sha)).Phase);
    }

    private static string WaitsFor(Deployment deployment) => deployment is { Phase: Phase.Waiting, Gates: { } gates } ? GateWords.WaitsFor(gates) ?? "" : "";
}
