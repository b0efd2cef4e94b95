using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.AwsEmulator.Calling;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.Lambda;

/// <summary>Plans, previews, observations and inspections: everything is told at once, and nothing is changed.</summary>
[Trait("Row", "P9")]
public sealed class LookTests
{
    private static readonly EnvironmentKey Key = new("resize", "dev");

    [Fact]
    public async Task Plan_tells_everything_that_is_missing_at_once_and_changes_nothing()
    {
        await using var bed = await LambdaBed.StartAsync();
        (bed.Settings["function"], bed.Settings["bucket"]) = ("ssm:/resize/dev/nothing", "acme-nowhere");
        bed.Settings["weights"] = new JsonArray(new JsonObject { ["percent"] = 10, ["for"] = 60 });
        bed.Settings["alarms"] = new JsonArray("resize-errors");
        var refused = Assert.IsType<PlanOutcome.Refused>(await bed.Deployment(bed.Build("one"), "v1").PlanAsync());

        Assert.Equal(RefusalKind.Wrong, refused.Kind);
        Assert.Contains("`function`: there is no parameter /resize/dev/nothing in us-east-1", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("there is no bucket acme-nowhere; create it in us-east-1", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("there is no alarm 'resize-errors' in us-east-1", refused.Reason, StringComparison.Ordinal);
        Assert.Null(bed.Alias());
    }

    [Theory]
    [InlineData("arn:aws:lambda:eu-west-1:111111111111:function:resize", "is in eu-west-1, and `region` says us-east-1")]
    [InlineData("thumbnail", "there is no function thumbnail in us-east-1; create it there, or check `region` and `function`")]
    public async Task Function_that_is_elsewhere_is_told_with_what_to_correct(string value, string words)
    {
        await using var bed = await LambdaBed.StartAsync();
        bed.Ssm.Put(LambdaBed.Account, LambdaBed.Region, "/resize/dev/function", value);
        var refused = Assert.IsType<PlanOutcome.Refused>(await bed.Deployment(bed.Build("one"), "v1").PlanAsync());
        Assert.Contains(words, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bucket_in_another_region_is_told_before_anything_is_copied()
    {
        await using var bed = await LambdaBed.StartAsync();
        bed.S3.AddBucket("acme-resize-eu", region: "eu-west-1");
        bed.Settings["bucket"] = "acme-resize-eu";
        var refused = Assert.IsType<PlanOutcome.Refused>(await bed.Deployment(bed.Build("one"), "v1").PlanAsync());
        Assert.Contains("a function takes its code only from its own region, us-east-1; name another bucket", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denied_plan_names_the_permission()
    {
        await using var bed = await LambdaBed.StartAsync();
        bed.Aws.Emulator.Script.Deny("lambda:GetFunctionConfiguration");
        var denied = await Assert.ThrowsAsync<AwsException>(() => bed.Deployment(bed.Build("one"), "v1").PlanAsync());
        Assert.Equal(RefusalKind.NotAllowed, denied.Kind);
        Assert.Contains("allow lambda:GetFunctionConfiguration in the policy of that role", denied.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spec_that_names_things_outside_of_its_project_is_refused_before_any_call()
    {
        await using var bed = await LambdaBed.StartAsync();
        (bed.Settings["role"], bed.Settings["bucket"]) = ("arn:aws:iam::222222222222:role/other", "other-bucket");
        var limits = new OperatorLimits
        {
            Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal) { ["images"] = new(["acme/resize"]) { Parameters = ["/resize/**"], Buckets = ["acme-*"], Roles = ["arn:aws:iam::111111111111:role/*"] } },
        };
        var target = bed.Aws.NewProcess().GetServices<ITarget>().Single(t => t.Kind == "lambda");
        var problems = target.Check(Key, bed.Environment.Target, limits.For("acme/resize"));

        Assert.Equal(2, problems.Count);
        Assert.Contains("`role`: the AWS role 'arn:aws:iam::222222222222:role/other' is outside of the project 'images'", problems[0], StringComparison.Ordinal);
        Assert.Contains("`bucket`: the bucket 'other-bucket' is outside of the project 'images'", problems[1], StringComparison.Ordinal);
        Assert.Empty(bed.Aws.Emulator.Calls.All);
    }

    [Fact]
    public async Task Shares_must_grow_and_alarms_need_a_shift_to_watch()
    {
        await using var bed = await LambdaBed.StartAsync();
        var target = bed.Aws.NewProcess().GetServices<ITarget>().Single(t => t.Kind == "lambda");
        bed.Shift((50, 1), (10, 1));
        Assert.Equal(["`weights`: each share must be larger than the one before it"], target.Check(Key, bed.Environment.Target, OperatorLimits.Nothing with { Trusted = true }));
        bed.Settings.Remove("weights");
        bed.Settings["alarms"] = new JsonArray("resize-errors");
        Assert.Equal(["`alarms` watch a gradual shift: give its `weights`, or leave the alarms out"], target.Check(Key, bed.Environment.Target, OperatorLimits.Nothing with { Trusted = true }));
    }

    [Fact]
    public async Task Observation_tells_the_digest_and_version_that_callers_get()
    {
        await using var bed = await LambdaBed.StartAsync();
        var target = bed.Aws.NewProcess().GetServices<ITarget>().Single(t => t.Kind == "lambda");
        async Task<Observation> ObserveAsync() => Assert.IsType<ObserveResult.Seen>(await target.ObserveAsync(bed.Question, TestContext.Current.CancellationToken)).Observation;
        Assert.Equal((TargetHealth.Nothing, "function resize has no alias live yet"), ((await ObserveAsync()).Health, (await ObserveAsync()).Summary));
        var one = bed.Build("one");
        await bed.DeployAsync(one, "v1");
        var seen = await ObserveAsync();

        Assert.Equal((TargetHealth.Healthy, "v1", one.Digest, "alias live of resize: version 1"), (seen.Health, seen.Version, seen.Artifacts.Single().Digest, seen.Summary));
        bed.Change(lambda => lambda.Find(LambdaBed.Function)!.Publish("by hand", bed.Aws.Time.GetUtcNow()));
        bed.Change(lambda => lambda.Find(LambdaBed.Function)!.Aliases["live"].Weights["2"] = 0.1);
        Assert.Equal(TargetHealth.Changing, (await ObserveAsync()).Health);
    }

    [Fact]
    public async Task Preview_tells_code_alias_and_parameter()
    {
        await using var bed = await LambdaBed.StartAsync();
        var one = bed.Build("one");
        await bed.DeployAsync(one, "v1");
        var two = bed.Build("two");
        var preview = bed.Aws.NewProcess().GetServices<ITargetPreview>().Single(t => t.Kind == "lambda");
        bed.Aws.Emulator.Calls.Clear();
        var previewed = Assert.IsType<PreviewResult.Previewed>(await preview.PreviewAsync(bed.Request(two, "v2"), TestContext.Current.CancellationToken));

        Assert.Equal(
            [
                new Difference("function resize", "alias live", "version 1", "a new version"),
                new Difference("function resize", "code", one.Digest.Value, two.Digest.Value),
                new Difference("parameter /resize/dev/version", "value", "v1", "v2"),
            ], previewed.Differences);
        Assert.All(bed.Aws.Emulator.Calls.All, call => Assert.StartsWith("Get", call.Operation, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inspection_tells_of_each_thing_whether_it_is_there()
    {
        await using var bed = await LambdaBed.StartAsync();
        bed.Settings["bucket"] = "acme-nowhere";
        bed.Aws.Emulator.Script.Deny("lambda:GetAlias");
        var inspection = bed.Aws.NewProcess().GetServices<ITargetInspection>().Single(t => t.Kind == "lambda");
        var finding = await inspection.InspectAsync(bed.Question, TestContext.Current.CancellationToken);

        Assert.Equal(
            [("parameters", FindingState.Ok), ("function resize", FindingState.Ok), ("alias live", FindingState.Skipped), ("bucket acme-nowhere", FindingState.Wrong), ("parameter /resize/dev/version", FindingState.Ok), ("alarms", FindingState.Skipped)],
            finding.Children.Select(c => (c.Subject, c.State)));
        Assert.Contains("allow lambda:GetAlias", finding.Children[2].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_whose_answer_was_lost_is_not_taken_for_somebody_elses()
    {
        await using var bed = await LambdaBed.StartAsync();
        await bed.DeployAsync(bed.Build("one"), "v1");
        bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.DropAfter, Service = "lambda", Operation = "UpdateAlias" });
        await bed.DeployAsync(bed.Build("two"), "v2");
        Assert.Equal("2", bed.Alias());
    }
}
