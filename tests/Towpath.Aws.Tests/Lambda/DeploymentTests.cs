using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.Lambda;

[Trait("Row", "P9")]
public sealed class DeploymentTests
{
    [Fact]
    public async Task First_deployment_copies_the_zip_publishes_it_and_makes_the_alias()
    {
        await using var bed = await LambdaBed.StartAsync();
        var one = bed.Build("one");
        var run = await bed.DeployAsync(one, "v1");

        Assert.Equal("1", bed.Alias());
        Assert.Equal("v1", bed.Recorded);
        Assert.Equal([$"resize/{one.Digest.Hex}.zip"], bed.S3.KeysOf(LambdaBed.Bucket));
        Assert.Equal(LambdaBed.Zip("one"), bed.Look(f => f.Versions[0].Code.ToArray()));
        Assert.Contains($"observe: alias live of resize runs version 1, {one.Digest}", run.Journal.Lines);
    }

    [Fact]
    public async Task Next_deployment_moves_the_alias_and_keeps_the_earlier_version()
    {
        await using var bed = await LambdaBed.StartAsync();
        await bed.DeployAsync(bed.Build("one"), "v1");
        var run = await bed.DeployAsync(bed.Build("two"), "v2");

        Assert.Equal(("2", "v2", 2), (bed.Alias(), bed.Recorded, bed.Versions));
        Assert.Contains("shift: alias live: from version 1 to version 2", run.Journal.Lines);
    }

    [Fact]
    public async Task Same_zip_again_under_another_label_brings_no_further_version()
    {
        await using var bed = await LambdaBed.StartAsync();
        await bed.DeployAsync(bed.Build("one"), "sha-1111111");
        await bed.DeployAsync(bed.Build("one"), "v1");

        Assert.Equal(("1", "v1", 1), (bed.Alias(), bed.Recorded, bed.Versions));
    }

    [Fact]
    public async Task Zip_whose_digest_S3_knows_is_promoted_without_passing_through_this_process()
    {
        await using var bed = await LambdaBed.StartAsync();
        var one = await bed.BuildWithChecksumAsync("one");
        bed.Aws.Emulator.Calls.Clear();
        await bed.DeployAsync(one, "v1");

        Assert.Single(bed.Aws.Emulator.Calls.Of("s3", "CopyObject"));
        Assert.Empty(bed.Aws.Emulator.Calls.Of("s3", "GetObject"));
        Assert.Empty(bed.Aws.Emulator.Calls.Of("s3", "PutObject"));
    }

    [Fact]
    public async Task Zip_that_was_promoted_before_is_not_copied_again()
    {
        await using var bed = await LambdaBed.StartAsync();
        var one = bed.Build("one");
        await bed.DeployAsync(one, "v1");
        await bed.DeployAsync(bed.Build("two"), "v2");
        bed.S3.Delete(LambdaBed.Shared, "builds/resize/one.zip");
        await bed.DeployAsync(one, "v1");

        Assert.Equal("3", bed.Alias());
        Assert.Equal(2, bed.Aws.Emulator.Calls.Of("s3", "PutObject").Count);
    }

    [Fact]
    public async Task Zip_that_lies_about_its_digest_reaches_neither_bucket_nor_function()
    {
        await using var bed = await LambdaBed.StartAsync();
        var before = bed.Look(f => f.Latest.CodeSha256);
        var lie = bed.Build("one") with { Digest = Digest.Of("other bytes") };
        var ended = await bed.Deployment(lie, "v1").BeginAndRunAsync();

        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.Contains("holds other bytes than those that were reported: expected sha256:", ended.Outcome, StringComparison.Ordinal);
        Assert.Contains("report the new bytes as another build", ended.Outcome, StringComparison.Ordinal);
        Assert.Empty(bed.S3.KeysOf(LambdaBed.Bucket));
        Assert.Equal((before, null), (bed.Look(f => f.Latest.CodeSha256), bed.Alias()));
    }

    [Fact]
    public async Task Code_that_the_function_cannot_take_up_fails_with_its_reason_before_anybody_is_served_by_it()
    {
        await using var bed = await LambdaBed.StartAsync();
        await bed.DeployAsync(bed.Build("one"), "v1");
        bed.Aws.Emulator.Estate().Change(estate => estate.Lambda.FailUpdate(LambdaBed.Function, "The provided execution role may not decrypt"));
        var ended = await bed.Deployment(bed.Build("two"), "v2").BeginAndRunAsync();

        Assert.Equal((Phase.Failed, "resize could not take up the code: The provided execution role may not decrypt; mend that, then deploy again"), (ended.Phase, ended.Outcome));
        Assert.Equal(("1", "v1"), (bed.Alias(), bed.Recorded));
    }

    [Fact]
    public async Task Failure_after_the_switch_gives_the_alias_its_very_version_back()
    {
        await using var bed = await LambdaBed.StartAsync();
        await bed.DeployAsync(bed.Build("one"), "v1");
        bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.Error, Service = "ssm", Operation = "PutParameter", Code = "AccessDeniedException", Message = "no", Times = 1 });
        var run = bed.Deployment(bed.Build("two"), "v2");
        var ended = await run.BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.RolledBack, $"{ended.Phase}: {ended.Outcome}");
        Assert.Contains("allow ssm:PutParameter in the policy of that role", ended.Outcome, StringComparison.Ordinal);
        Assert.Equal(("1", "v1", 2), (bed.Alias(), bed.Recorded, bed.Versions));
        Assert.Contains("shift-back: alias live is at version 1 again", run.Journal.Lines);
    }

    [Fact]
    public async Task Alias_that_somebody_else_deletes_in_the_same_moment_is_not_taken_for_shifted()
    {
        await using var bed = await LambdaBed.StartAsync();
        await bed.DeployAsync(bed.Build("one"), "v1");
        bed.Aws.Emulator.Script.OnBefore = call =>
        {
            if (call.Operation == "UpdateAlias") bed.Change(lambda => lambda.Find(LambdaBed.Function)!.Aliases.Remove("live"));
            return Task.CompletedTask;
        };
        var ended = await bed.Deployment(bed.Build("two"), "v2").BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Superseded, $"{ended.Phase}: {ended.Outcome}");
        Assert.Equal("the alias live of resize was deleted meanwhile by somebody else; it is left so, look who deploys there besides Towpath", ended.Outcome);
        Assert.Null(bed.Alias());
    }

    [Fact]
    public async Task Alias_that_somebody_else_moves_in_the_same_moment_is_left_to_them()
    {
        await using var bed = await LambdaBed.StartAsync();
        await bed.DeployAsync(bed.Build("one"), "v1");
        await bed.DeployAsync(bed.Build("two"), "v2");
        var raced = false;
        bed.Aws.Emulator.Script.OnBefore = call =>
        {
            if (call.Operation != "UpdateAlias" || raced) return Task.CompletedTask;
            raced = true;
            bed.Change(lambda => lambda.Find(LambdaBed.Function)!.Aliases["live"] = new("live", "1"));
            return Task.CompletedTask;
        };
        var ended = await bed.Deployment(bed.Build("three"), "v3").BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Superseded, $"{ended.Phase}: {ended.Outcome}");
        Assert.Equal("the alias live of resize was changed meanwhile by somebody else, and is at version 1; it is left so, look who deploys there besides Towpath", ended.Outcome);
        Assert.Equal("1", bed.Alias());
    }

    [Fact]
    public async Task Change_by_the_infrastructure_while_code_is_published_is_waited_for()
    {
        await using var bed = await LambdaBed.StartAsync();
        bed.Change(lambda => lambda.Find(LambdaBed.Function)!.Latest.BeginUpdate(bed.Aws.Time.GetUtcNow()));
        bed.Aws.Emulator.Estate().Change(estate => estate.Timeline.After(TimeSpan.FromSeconds(30), () => estate.In(LambdaBed.Account, LambdaBed.Region).Lambda.Find(LambdaBed.Function)!.Latest.EndUpdate(null)));
        var run = await bed.DeployAsync(bed.Build("one"), "v1");

        Assert.Contains("resize is being updated", run.Journal.Progress);
        Assert.Equal(TimeSpan.FromSeconds(5), run.Journal.LongestSleep);
        Assert.Equal("1", bed.Alias());
    }

    [Fact]
    public async Task Published_version_says_which_version_and_deployment_it_is_of()
    {
        await using var bed = await LambdaBed.StartAsync();
        var run = await bed.DeployAsync(bed.Build("one"), "v1");

        Assert.Equal($"v1 (towpath {run.State.Id})", bed.Look(f => f.Versions[0].Settings["Description"]!.ToString()));
    }
}
