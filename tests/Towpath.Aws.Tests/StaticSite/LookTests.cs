using System.Text.Json.Nodes;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.StaticSite;

public sealed class LookTests
{
    [Fact]
    public async Task Site_is_observed_as_what_was_deployed()
    {
        await using var bed = await SiteBed.StartAsync();
        Assert.Equal(TargetHealth.Nothing, (await ObserveAsync(bed)).Health);
        var artifact = bed.Build("v1", ("index.html", "1"));
        await bed.DeployAsync(artifact);
        var seen = await ObserveAsync(bed);
        Assert.Equal((TargetHealth.Healthy, artifact.Digest, artifact.Reference), (seen.Health, seen.Artifacts.Single().Digest, seen.Artifacts.Single().Reference));
        Assert.NotNull(seen.Since);
        bed.S3.Put(SiteBed.Bucket, "index.html", "somebody's");
        Assert.Equal(TargetHealth.Unhealthy, (await ObserveAsync(bed)).Health);
    }

    [Fact, Trait("Row", "T16")]
    public async Task Site_that_Towpath_did_not_deploy_is_what_its_parameter_says()
    {
        await using var bed = await SiteBed.StartAsync();
        var artifact = bed.Build("v1", ("index.html", "1"));
        bed.S3.Put(SiteBed.Bucket, "index.html", "1");
        Assert.Equal(TargetHealth.Unknown, (await ObserveAsync(bed)).Health);
        bed.Ssm.Put(SiteBed.Account, SiteBed.Region, "/docs/dev/artifact-key", "builds/docs/v1.zip");
        Assert.Equal(artifact, (await ObserveAsync(bed)).Artifacts.Single());
    }

    [Fact, Trait("Row", "C7")]
    public async Task Preview_tells_files_with_their_headers_and_changes_nothing()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("old.html", "1")));
        var before = bed.S3.KeysOf(SiteBed.Bucket);
        var preview = bed.Aws.NewProcess().GetServices<ITargetPreview>().Single(p => p.Kind == "static-site");
        var artifact = bed.Build("v2", [("index.html", "2"), .. Enumerable.Range(0, 25).Select(i => ($"new{i:D2}.html", "2"))]);
        var told = Assert.IsType<PreviewResult.Previewed>(await bed.Aws.PassAsync(preview.PreviewAsync(bed.Request(artifact), TestContext.Current.CancellationToken))).Differences;
        Assert.Equal(21, told.Count(d => d.Subject == "s3://docs/ added"));
        Assert.Contains(told, d => d.Path == "and 5 more");
        Assert.Contains(told, d => d is { Subject: "s3://docs/ changed", Path: "index.html" } && d.After!.Contains("must-revalidate", StringComparison.Ordinal));
        Assert.Contains(told, d => d is { Subject: "s3://docs/ removed", Path: "old.html", After: null });
        Assert.Contains(told, d => d is { Subject: "parameter", Before: "builds/docs/v1.zip", After: "builds/docs/v2.zip" });
        Assert.Equal(before, bed.S3.KeysOf(SiteBed.Bucket));
    }

    [Fact]
    public async Task Inspection_tells_what_is_there_and_what_is_wrong()
    {
        await using var bed = await SiteBed.StartAsync();
        Assert.False((await InspectAsync(bed)).IsWrong);
        var other = bed.CloudFront.AddDistribution("elsewhere");
        bed.Settings["distribution"] = other;
        var wrong = await InspectAsync(bed);
        Assert.Contains(wrong.Children, f => f is { State: FindingState.Wrong } && f.Subject == $"distribution {other}" && f.Detail!.Contains("not from the bucket 'docs'", StringComparison.Ordinal));
        bed.Settings["bucket"] = "ssm:/docs/dev/nothing";
        Assert.Contains((await InspectAsync(bed)).Children, f => f is { State: FindingState.Skipped, Subject: "bucket" });
    }

    [Fact]
    public void Sites_of_one_bucket_claim_it_by_folder()
    {
        using var services = new ServiceCollection().AddTowpathAws(new AwsOptions { DataFolder = "" }).BuildServiceProvider();
        var target = services.GetServices<ITarget>().Single(t => t.Kind == "static-site");
        JsonObject Settings(string? prefix) => new() { ["region"] = "us-east-1", ["bucket"] = "docs", ["prefix"] = prefix };
        Assert.Equal(["s3:docs"], target.Claims(default, new Core.Applications.TargetSpec("static-site", Settings(null))));
        Assert.Equal(["s3:docs/a/b"], target.Claims(default, new Core.Applications.TargetSpec("static-site", Settings("a/b"))));
    }

    private static async Task<Observation> ObserveAsync(SiteBed bed)
    {
        var target = bed.Aws.NewProcess().GetServices<ITarget>().Single(t => t.Kind == "static-site");
        return Assert.IsType<ObserveResult.Seen>(await bed.Aws.PassAsync(target.ObserveAsync(bed.Look, TestContext.Current.CancellationToken))).Observation;
    }

    private static async Task<Finding> InspectAsync(SiteBed bed) => await bed.Aws.PassAsync(
        bed.Aws.NewProcess().GetServices<ITargetInspection>().Single(i => i.Kind == "static-site").InspectAsync(bed.Look, TestContext.Current.CancellationToken));
}
