using Towpath.Core.Deployments;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHub.Tests.Target;

/// <summary>Target <c>github</c> with a workflow: it is dispatched, and exactly the run that this started is followed.</summary>
[Trait("Row", "C5")]
public sealed class WorkflowTests
{
    private const string Dispatch = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";

    private static RunPlan Lasting(string conclusion) => new()
    {
        AppearsAfter = TimeSpan.FromSeconds(3), QueuedFor = TimeSpan.FromSeconds(4), RunsFor = TimeSpan.FromMinutes(2), Conclusion = conclusion, Jobs = [new JobPlan("apply", ["terraform apply"])],
    };

    [Fact]
    public async Task A_run_s_success_is_the_outcome_and_it_was_told_what_to_deploy()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.AddWorkflow(Lasting("success"));
        var commit = bed.Push("one");

        var ended = await bed.Deployment(commit).BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        var run = Assert.Single(bed.Web.Runs);
        Assert.Equal(("web", "production", commit, $"{ended.Id}-s0", "refs/heads/main"), (run.Inputs["application"], run.Inputs["environment"], run.Inputs["sha"], run.Inputs["towpath_id"], run.Ref));
        Assert.Empty(bed.Web.Deployments.All);
    }

    [Theory]
    [InlineData("failure", "failed in job apply, step terraform apply")]
    [InlineData("cancelled", "was cancelled at GitHub")]
    [InlineData("timed_out", "took longer than GitHub allows it")]
    public async Task A_run_s_no_is_told_with_where_it_failed(string conclusion, string words)
    {
        await using var bed = await TargetBed.StartAsync();
        bed.AddWorkflow(Lasting(conclusion));
        bed.OnFailure = Core.Applications.OnFailure.Stay;

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.Contains(words, ended.Outcome, StringComparison.Ordinal);
        Assert.Contains($"/actions/runs/{bed.Web.Runs[0].Id}", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_run_that_was_started_is_followed_whatever_else_runs_and_whatever_the_server_tells()
    {
        foreach (var tells in (bool[])[true, false])
        {
            await using var bed = await TargetBed.StartAsync();
            var workflow = bed.AddWorkflow(Lasting("failure"));
            if (!tells) bed.World.Script.OnBefore = AskingNothing;
            var one = bed.Push("one");
            // Others before, beside and after it, all of which fail: by people, and for another environment.
            void Others()
            {
                RunEvents.Start(workflow, "refs/heads/main", one, "workflow_dispatch", bed.World.Accounts.User("kim"), new Dictionary<string, string> { ["environment"] = "production" });
                RunEvents.Start(workflow, "refs/heads/main", one, "workflow_dispatch", bed.App.Bot, new Dictionary<string, string> { ["towpath_id"] = $"{Guid.CreateVersion7():N}-s0" });
            }

            Others();
            workflow.Plan = Lasting("success");
            var run = bed.Deployment(one);
            await run.BeginAsync();
            var others = 0;
            var ended = await run.RunAsync(whileAsleep: () =>
            {
                workflow.Plan = Lasting("failure");
                if (others++ < 3) Others();
            });

            Assert.True(ended.Phase == Phase.Succeeded, $"{tells}: {ended.Outcome}");
            Assert.Single(bed.Web.Runs, r => r.Inputs.GetValueOrDefault("towpath_id") == $"{ended.Id}-s0");
        }
    }

    [Fact]
    public async Task Deployments_at_the_same_time_follow_each_its_own_run()
    {
        await using var bed = await TargetBed.StartAsync();
        var workflow = bed.AddWorkflow(Lasting("success"));
        bed.World.Script.OnBefore = AskingNothing;
        var commit = bed.Push("one");
        var runs = Enumerable.Range(0, 6).Select(_ => bed.Deployment(commit)).ToList();
        for (var i = 0; i < runs.Count; i++)
        {
            await runs[i].BeginAsync();
            workflow.Plan = Lasting(i % 2 == 0 ? "success" : "failure");
            // Dispatched, and not followed yet.
            using var stop = new CancellationTokenSource();
            await runs[i].RunAsync(kill: stop.Token, whileAsleep: stop.Cancel);
        }

        for (var i = runs.Count - 1; i >= 0; i--) Assert.Equal(i % 2 == 0 ? Phase.Succeeded : Phase.Failed, (await runs[i].RunAsync(fresh: false)).Phase);
        Assert.Equal(runs.Count, bed.Web.Runs.Count);
    }

    [Theory]
    [InlineData("deploy ${{ inputs.towpath_id }}")]
    [InlineData(null)]
    public async Task A_run_that_somebody_else_gave_the_same_id_is_not_taken_for_it(string? runName)
    {
        await using var bed = await TargetBed.StartAsync(isDescribed: false);
        var workflow = bed.AddWorkflow(Lasting("success"), runName);
        workflow.Plan = workflow.Plan with { Jobs = [new JobPlan("apply", ["${{ inputs.towpath_id }}"])] };
        var commit = bed.Push("one");
        bed.Fault(Dispatch, FaultKind.DropBefore);
        var run = bed.Deployment(commit);
        await run.BeginAsync();
        RunEvents.Start(workflow, "refs/heads/main", commit, "workflow_dispatch", bed.World.Accounts.User("kim"), new Dictionary<string, string> { ["towpath_id"] = $"{run.State.Id}-s0" });
        workflow.Plan = workflow.Plan with { Conclusion = "failure" };

        var ended = await run.RunAsync();

        Assert.Equal((Phase.Failed, 2), (ended.Phase, bed.Web.Runs.Count));
        Assert.Contains($"/actions/runs/{bed.Web.Runs.Single(r => r.Actor == bed.App.Bot).Id}", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_cannot_be_told_from_others_is_not_guessed()
    {
        await using var bed = await TargetBed.StartAsync(isDescribed: false);
        var workflow = bed.AddWorkflow(Lasting("success"), runName: null);
        var commit = bed.Push("one");
        bed.Fault(Dispatch, FaultKind.DropAfter);

        var ended = await bed.Deployment(commit).BeginAndRunAsync();

        Assert.Equal((Phase.Failed, 1), (ended.Phase, bed.Web.Runs.Count));
        Assert.Contains("it is not known whether the workflow deploy.yaml was started", ended.Outcome, StringComparison.Ordinal);
        Assert.Contains("run-name: deploy ${{ inputs.towpath_id }}", ended.Outcome, StringComparison.Ordinal);
        Assert.Same(workflow, bed.Web.Runs[0].Workflow);
    }

    [Fact]
    public async Task A_run_that_shows_its_id_in_a_step_is_found_by_it()
    {
        await using var bed = await TargetBed.StartAsync(isDescribed: false);
        bed.AddWorkflow(new RunPlan { RunsFor = TimeSpan.FromMinutes(1), Jobs = [new JobPlan("deploy", ["id ${{ inputs.towpath_id }}"])] }, runName: null);
        bed.Fault(Dispatch, FaultKind.DropAfter);

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        Assert.Single(bed.Web.Runs);
    }

    [Theory]
    [InlineData(FaultKind.Error, 502)]
    [InlineData(FaultKind.ErrorAfter, 500)]
    [InlineData(FaultKind.DropBefore, 0)]
    [InlineData(FaultKind.DropAfter, 0)]
    [InlineData(FaultKind.DropWithin, 0)]
    [InlineData(FaultKind.SecondaryLimit, 429)]
    public async Task Trouble_at_GitHub_starts_neither_none_nor_two(FaultKind kind, int status)
    {
        await using var bed = await TargetBed.StartAsync(isDescribed: false);
        bed.AddWorkflow(Lasting("success"));
        bed.Fault(Dispatch, kind, status, times: 2);

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        Assert.Single(bed.Web.Runs);
    }

    [Fact]
    public async Task A_cancelled_deployment_cancels_its_run_and_the_last_good_commit_is_deployed_again()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.AddWorkflow(Lasting("success"));
        var good = bed.Push("one");
        bed.KnownGood = good;
        var run = bed.Deployment(bed.Push("two"));

        var ended = await run.BeginAndRunAsync(() =>
        {
            if (run.State is { Cancel: null, Phase: Phase.Running }) run.Journal.Apply(new DeploymentEvent.CancelRequested(bed.Time.GetUtcNow(), "kim", "too early"));
        });

        Assert.Equal((Phase.RolledBack, "cancelled by kim: too early"), (ended.Phase, ended.Outcome));
        Assert.Equal(["cancelled", "success"], bed.Web.Runs.Select(r => r.Conclusion));
        Assert.Equal(good, bed.Web.Runs[1].Inputs["sha"]);
    }

    [Fact]
    public async Task A_run_that_does_not_end_in_time_is_cancelled()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.AddWorkflow(Lasting("success") with { RunsFor = null });
        bed.Settings["within"] = 300;

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.Equal((Phase.Failed, "cancelled"), (ended.Phase, bed.Web.Runs.Single().Conclusion));
        Assert.Contains("did not end within 5 minutes", ended.Outcome, StringComparison.Ordinal);
        Assert.Contains("put back: run 1, which was cancelled", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_that_is_not_there_is_told_before_anything_happened()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Settings["workflow"] = "none.yaml";

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.Equal((Phase.Failed, false), (ended.Phase, ended.Switched));
        Assert.Contains("starting the workflow none.yaml of acme/web", ended.Outcome, StringComparison.Ordinal);
    }

    /// <summary>A server that does not say which run a dispatch starts.</summary>
    private static Task AskingNothing(Call call)
    {
        if (call.Route?.Name == Dispatch) call.Input.Remove("return_run_details");
        return Task.CompletedTask;
    }
}
