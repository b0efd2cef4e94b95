using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Calling;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Target;

/// <summary>Branches come into environments, payloads and inputs as they are, and mean nothing there.</summary>
[Trait("Attack", "command injection")]
public sealed class HostileNameTests
{
    private static readonly RunPlan Succeeding = new() { AppearsAfter = TimeSpan.FromSeconds(1), QueuedFor = TimeSpan.FromSeconds(1), RunsFor = TimeSpan.FromSeconds(9), Conclusion = "success" };

    public static TheoryData<string> Branches => [.. Hostile.Refs];

    [Theory]
    [Trait("Row", "D1")]
    [MemberData(nameof(Branches))]
    public async Task Branch_in_a_deployment_is_text_and_is_filled_in_once(string branch)
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Branch = branch;
        bed.Settings["environment"] = "review ${{ ref }}";
        bed.Settings["description"] = "${{ ref }} at ${{ short_sha }}";
        bed.Settings["payload"] = new JsonObject { ["branch"] = "${{ ref }}", ["list"] = new JsonArray("--branch=${{ ref }}") };
        bed.Listen(_ => "success");

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        var made = Assert.Single(bed.Web.Deployments.All);
        Assert.Equal(($"review {branch}", ended.Commit), (made.Environment, made.Ref));
        Assert.Equal((branch, $"--branch={branch}"), ((string?)made.Payload!["branch"], (string?)made.Payload["list"]![0]));
        Assert.Null(Hostile.SteeringIn(made.Description!));
        Assert.InRange(made.Description!.Length, 1, 140);
    }

    [Theory]
    [Trait("Row", "C5")]
    [MemberData(nameof(Branches))]
    public async Task Branch_in_the_inputs_of_a_workflow_is_text_and_is_filled_in_once(string branch)
    {
        await using var bed = await TargetBed.StartAsync();
        var workflow = bed.AddWorkflow(Succeeding, "deploy ${{ inputs.branch }} ${{ inputs.towpath_id }}");
        workflow.Inputs["branch"] = workflow.Inputs["text"] = false;
        bed.Branch = branch;
        bed.Settings["inputs"] = new JsonObject { ["branch"] = "{branch}", ["text"] = "{branch} at {sha}" };

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        var run = Assert.Single(bed.Web.Runs);
        Assert.Equal((branch, $"{branch} at {ended.Commit}", "refs/heads/main"), (run.Inputs["branch"], run.Inputs["text"], run.Ref));
    }

    [Fact]
    [Trait("Row", "C5")]
    public async Task Run_of_a_branch_that_is_called_like_another_deployment_is_not_taken_for_its_run()
    {
        await using var bed = await TargetBed.StartAsync(isDescribed: false);
        var workflow = bed.AddWorkflow(Succeeding, "deploy ${{ inputs.branch }} ${{ inputs.towpath_id }}");
        workflow.Inputs["branch"] = false;
        bed.Settings["inputs"] = new JsonObject { ["branch"] = "{branch}" };
        var commit = bed.Push("one");
        bed.Branch = "main";
        var meant = bed.Deployment(commit);
        await meant.BeginAsync();
        bed.Branch = $"{meant.State.Id}-s0";
        var other = await bed.Deployment(commit).BeginAndRunAsync();
        Assert.True(other.Phase == Phase.Succeeded, other.Outcome);

        // Nobody hears which run was started, or whether one was.
        bed.Fault("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", FaultKind.DropBefore, times: 1);
        var ended = await meant.RunAsync();

        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.Contains("it is not known whether the workflow deploy.yaml was started", ended.Outcome, StringComparison.Ordinal);
    }
}
