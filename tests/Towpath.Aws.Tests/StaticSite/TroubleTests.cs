using Towpath.AwsEmulator.Calling;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.StaticSite;

public sealed class TroubleTests
{
    [Fact, Trait("Row", "N9")]
    public async Task Failure_after_the_switch_puts_back_the_known_good_pages_and_uploads_no_asset_again()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("only-1.html", "1"), ("assets/app-BdT4kLxQ.js", "1")));
        var run = await FailAsync(bed, bed.Build("v2", ("index.html", "2"), ("assets/app-Q7dT9kLx.js", "2")));
        Assert.Equal(Phase.RolledBack, run.State.Phase);
        AssertFirst(bed);
        Assert.Equal("builds/docs/v1.zip", bed.Ssm.ValueOf(SiteBed.Account, SiteBed.Region, "/docs/dev/artifact-key"));
    }

    [Fact]
    public async Task Rollback_needs_no_zip()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v0", ("index.html", "0"), ("only-1.html", "1"), ("assets/app-BdT4kLxQ.js", "1")));
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("only-1.html", "1"), ("assets/app-BdT4kLxQ.js", "1")));
        bed.Unpublish("v0");
        bed.Unpublish("v1");
        bed.NewFolder();
        var run = await FailAsync(bed, bed.Build("v2", ("index.html", "2"), ("assets/app-Q7dT9kLx.js", "2")));
        Assert.True(run.State.Phase == Phase.RolledBack, string.Join('\n', run.Journal.Lines));
        AssertFirst(bed);
        Assert.Contains(run.Journal.Lines, line => line.Contains("what earlier deployments kept of it in the bucket is used instead", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_elses_deployment_is_left_as_it_is()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1")));
        var (mine, theirs) = (bed.Build("v2", ("index.html", "2")), bed.Build("v3", ("index.html", "3")));
        BedRunOf? other = null;
        bed.Before = async call =>
        {
            if (other is not null || call.Operation != "PutObject" || !call.Http.Request.Path.Value!.EndsWith("/index.html", StringComparison.Ordinal)) return;
            other = new BedRunOf(bed.Deployment(theirs));
            await other.Run.BeginAndRunAsync();
        };
        var run = bed.Deployment(mine);
        var ended = await run.BeginAndRunAsync();
        Assert.Equal(Phase.Superseded, ended.Phase);
        Assert.Contains($"was changed meanwhile by deployment {other!.Run.State.Id}", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zip_that_lies_about_its_digest_changes_nothing()
    {
        await using var bed = await SiteBed.StartAsync();
        var artifact = bed.Build("v1", ("index.html", "1")) with { Digest = Digest.Of("something else") };
        var ended = await bed.Deployment(artifact).BeginAndRunAsync();
        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.Contains("holds other bytes than those that were reported", ended.Outcome, StringComparison.Ordinal);
        Assert.Empty(bed.S3.KeysOf(SiteBed.Bucket));
    }

    [Theory]
    [InlineData("../out.html", "its path leaves the folder")]
    [InlineData(".towpath/manifest.json", ".towpath/ is Towpath's own")]
    public async Task Zip_with_names_that_may_not_be_changes_nothing(string name, string words)
    {
        await using var bed = await SiteBed.StartAsync();
        var ended = await bed.Deployment(bed.Build("v1", ("index.html", "1"), (name, "x"))).BeginAndRunAsync();
        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.Contains(words, ended.Outcome, StringComparison.Ordinal);
        Assert.Empty(bed.S3.KeysOf(SiteBed.Bucket));
    }

    [Fact]
    public async Task Missing_parameters_are_told_all_at_once()
    {
        await using var bed = await SiteBed.StartAsync();
        bed.Settings["bucket"] = "ssm:/docs/dev/no-bucket";
        bed.Settings["distribution"] = "ssm:/docs/dev/no-distribution";
        var refused = Assert.IsType<PlanOutcome.Refused>(await bed.Deployment(bed.Build("v1", ("index.html", "1"))).PlanAsync());
        Assert.Contains("`bucket`: there is no parameter /docs/dev/no-bucket", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("`distribution`: there is no parameter /docs/dev/no-distribution", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_bucket_is_told_before_anything_is_done()
    {
        await using var bed = await SiteBed.StartAsync();
        bed.Settings["bucket"] = "nowhere";
        var refused = Assert.IsType<PlanOutcome.Refused>(await bed.Deployment(bed.Build("v1", ("index.html", "1"))).PlanAsync());
        Assert.Equal("there is no bucket 'nowhere' in us-east-1; create it, or check its name and the region", refused.Reason);
    }

    [Fact]
    public async Task Bucket_of_another_region_is_told_with_its_region()
    {
        await using var bed = await SiteBed.StartAsync();
        bed.S3.AddBucket("far-away", region: "eu-west-1");
        bed.Settings["bucket"] = "far-away";
        var refused = Assert.IsType<PlanOutcome.Refused>(await bed.Deployment(bed.Build("v1", ("index.html", "1"))).PlanAsync());
        Assert.Equal("the bucket 'far-away' is in eu-west-1, not in us-east-1; set the region to eu-west-1", refused.Reason);
    }

    [Fact]
    public async Task Denied_upload_names_the_permission_and_leaves_the_pages_alone()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1")));
        bed.Aws.Emulator.Script.Deny("s3:PutObject");
        var ended = await bed.Deployment(bed.Build("v2", ("index.html", "2"))).BeginAndRunAsync();
        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.Contains("allow s3:PutObject on the bucket 'docs'", ended.Outcome, StringComparison.Ordinal);
        Assert.Equal("1", bed.TextOf("index.html"));
    }

    [Fact]
    public async Task S3_that_asks_to_slow_down_is_obeyed_and_everything_arrives()
    {
        await using var bed = await SiteBed.StartAsync();
        var artifact = bed.Build("v1", [("index.html", "1"), .. Enumerable.Range(0, 100).Select(i => ($"page{i}.html", $"{i}"))]);
        bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.Unavailable, Service = "s3", Operation = "PutObject", After = 10, Times = 60 });
        await bed.DeployAsync(artifact);
        Assert.Equal(101, bed.Keys.Count);
    }

    [Theory]
    [InlineData(FaultKind.DropBefore)]
    [InlineData(FaultKind.DropAfter)]
    [InlineData(FaultKind.Internal)]
    public async Task Lost_answers_are_looked_after(FaultKind kind)
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1")));
        bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = kind, Service = "s3", Operation = "PutObject", Containing = "manifest.json" });
        bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = kind, Service = "s3", Operation = "PutObject", Containing = "index.html" });
        bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = kind, Service = "cloudfront", Operation = "CreateInvalidation" });
        await bed.DeployAsync(bed.Build("v2", ("index.html", "2")));
        Assert.Equal("2", bed.TextOf("index.html"));
        Assert.Single(bed.CloudFront.InvalidatedPaths(bed.Distribution));
    }

    /// <summary>Deploys with a page that somebody spoils once it is there, so that the look at it fails.</summary>
    private static async Task<Bed.BedRun> FailAsync(SiteBed bed, Artifact artifact)
    {
        bed.Forget();
        var spoiled = false;
        bed.Before = call =>
        {
            if (!spoiled && call.Operation == "HeadObject")
            {
                spoiled = true;
                bed.S3.Put(SiteBed.Bucket, "index.html", "spoiled");
            }

            return Task.CompletedTask;
        };
        var run = bed.Deployment(artifact);
        await run.BeginAndRunAsync();
        return run;
    }

    private static void AssertFirst(SiteBed bed)
    {
        Assert.Equal(("1", "1", "1"), (bed.TextOf("index.html"), bed.TextOf("only-1.html"), bed.TextOf("assets/app-BdT4kLxQ.js")));
        Assert.Equal(bed.KnownGood!.Digest.Value, (string)bed.Manifest["digest"]!);
        Assert.DoesNotContain("docs/assets/app-BdT4kLxQ.js", bed.Puts);
    }

    private sealed record BedRunOf(Bed.BedRun Run);
}
