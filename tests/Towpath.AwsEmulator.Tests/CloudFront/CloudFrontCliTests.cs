using Towpath.AwsEmulator.CloudFront;
using Towpath.AwsEmulator.Tests.Cli;
using Towpath.Testing;

namespace Towpath.AwsEmulator.Tests.CloudFront;

/// <summary>Every call of CloudFront that is emulated, asked by awscli.</summary>
public sealed class CloudFrontCliTests
{
    [Fact]
    public async Task Distributions_are_made_changed_and_deleted()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Task<AwsCliRun> Run(params string[] arguments) => AwsCli.RunAsync(emulator, ["cloudfront", .. arguments]);

        var created = (await Run("create-distribution", "--origin-domain-name", "site.s3.us-east-1.amazonaws.com", "--default-root-object", "index.html")).Json;
        var id = (string)created["Distribution"]!["Id"]!;
        var config = (await Run("get-distribution-config", "--id", id)).Json;
        (await Run("delete-distribution", "--id", id, "--if-match", (string)config["ETag"]!)).FailedWith("DistributionNotDisabled");
        var changed = config["DistributionConfig"]!.DeepClone();
        changed["Enabled"] = false;
        (await Run("update-distribution", "--id", id, "--if-match", "E0", "--distribution-config", changed.ToJsonString())).FailedWith("PreconditionFailed");
        var updated = (await Run("update-distribution", "--id", id, "--if-match", (string)config["ETag"]!, "--distribution-config", changed.ToJsonString())).Json;

        Assert.False((bool?)updated["Distribution"]!["DistributionConfig"]!["Enabled"]);
        Assert.NotEqual((string?)config["ETag"], (string?)updated["ETag"]);
        (await Run("delete-distribution", "--id", id, "--if-match", (string)updated["ETag"]!)).Succeeded();
        Assert.DoesNotContain(id, (await Run("list-distributions")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Distributions_are_found_and_invalidated()
    {
        var time = new VirtualTime();
        await using var emulator = await Emulator.StartAsync(new EmulatorOptions { Time = time }, TestContext.Current.CancellationToken);
        var state = emulator.State.Of<CloudFrontState>();
        state.InvalidationDelay = TimeSpan.FromMinutes(1);
        state.AddDistribution("site", id: "E1TOWPATH", aliases: "www.example.com");
        Task<AwsCliRun> Run(params string[] arguments) => AwsCli.RunAsync(emulator, ["cloudfront", .. arguments]);

        var listed = (await Run("list-distributions")).Json["DistributionList"]!["Items"]![0]!;
        var config = (await Run("get-distribution-config", "--id", "E1TOWPATH")).Json;
        var created = (await Run("create-invalidation", "--distribution-id", "E1TOWPATH", "--invalidation-batch",
            """{"Paths":{"Quantity":2,"Items":["/index.html","/docs/*"]},"CallerReference":"r1"}""")).Json["Invalidation"]!;
        var again = (await Run("create-invalidation", "--distribution-id", "E1TOWPATH", "--invalidation-batch",
            """{"Paths":{"Quantity":2,"Items":["/docs/*","/index.html"]},"CallerReference":"r1"}""")).Json["Invalidation"]!;
        var distribution = (await Run("get-distribution", "--id", "E1TOWPATH")).Json["Distribution"]!;

        Assert.Equal(("E1TOWPATH", "www.example.com"), ((string?)listed["Id"], (string?)listed["Aliases"]!["Items"]![0]));
        Assert.Equal("site.s3.us-east-1.amazonaws.com", (string?)config["DistributionConfig"]!["Origins"]!["Items"]![0]!["DomainName"]);
        Assert.NotNull((string?)config["ETag"]);
        Assert.Equal("InProgress", (string?)created["Status"]);
        Assert.Equal((string?)created["Id"], (string?)again["Id"]);
        Assert.Equal(("e1towpath.cloudfront.net", 1), ((string?)distribution["DomainName"], (int?)distribution["InProgressInvalidationBatches"]));
        var id = (string)created["Id"]!;
        Assert.Equal("InProgress", (string?)(await Run("get-invalidation", "--distribution-id", "E1TOWPATH", "--id", id)).Json["Invalidation"]!["Status"]);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Completed", (string?)(await Run("list-invalidations", "--distribution-id", "E1TOWPATH")).Json["InvalidationList"]!["Items"]![0]!["Status"]);
        (await Run("get-distribution", "--id", "EMISSING")).FailedWith("NoSuchDistribution");
        (await Run("get-invalidation", "--distribution-id", "E1TOWPATH", "--id", "I0")).FailedWith("NoSuchInvalidation");
        (await Run("create-invalidation", "--distribution-id", "E1TOWPATH", "--paths", "no-slash")).FailedWith("InvalidArgument");
        Assert.Equal([["/index.html", "/docs/*"]], state.InvalidatedPaths("E1TOWPATH"));
    }
}
