using System.Text.Json.Nodes;
using Towpath.Aws.Ecr.Lifecycle;
using Towpath.Aws.Tests.Bed;
using Towpath.AwsEmulator.Estates;
using Towpath.Core.Applications;

namespace Towpath.Aws.Tests.Ecr;

[Trait("Row", "O7")]
public sealed class LifecyclePolicyTests
{
    [Theory]
    [InlineData("sha-{short_sha}", null, "v*|sha-*")]
    [InlineData("{tag}|sha-{short_sha}", null, "v*|sha-*")]
    [InlineData("{tag}|sha-{short_sha}", "{slug}-v*", "web-v*|sha-*")]
    [InlineData("{slug}-{run_number}", "v*", "v*|web-*")]
    [InlineData("{branch}-{sha}-{timestamp}", null, "v*|*-*-*")]
    public void Patterns_are_those_of_releases_then_those_of_builds(string versions, string? tags, string expected) =>
        Assert.Equal(expected.Split('|'), LifecyclePolicy.PatternsOf(Application(versions.Split('|'), tags)));

    [Fact]
    public void Policy_has_one_rule_for_each_pattern_and_one_for_what_is_untagged()
    {
        var rules = JsonNode.Parse(LifecyclePolicy.Of(["v*", "sha-*"], new ArtifactKeep(30, 14)))!["rules"]!.AsArray();

        Assert.Equal([1, 2, 3], rules.Select(r => (int)r!["rulePriority"]!));
        Assert.All(rules.Take(2), r => Assert.Single(r!["selection"]!["tagPatternList"]!.AsArray()));
        Assert.Equal(("untagged", 14, "days"), ((string)rules[2]!["selection"]!["tagStatus"]!, (int)rules[2]!["selection"]!["countNumber"]!, (string)rules[2]!["selection"]!["countUnit"]!));
    }

    [Fact]
    public void More_patterns_than_ECR_takes_rules_are_refused() =>
        Assert.Throws<ArgumentException>(() => LifecyclePolicy.Of([.. Enumerable.Range(0, 50).Select(i => $"p{i}-*")], ArtifactKeep.Default));

    /// <summary>The emulator evaluates a policy as ECR's preview does; what expires is known beforehand.</summary>
    [Theory]
    [InlineData(1, "sha-1 sha-2 sha-3")]
    [InlineData(2, "sha-1 sha-2")]
    [InlineData(30, "")]
    public async Task Newest_of_each_pattern_stay(int tagged, string expired)
    {
        await using var bed = await AwsBed.StartAsync();
        Task<JsonObject> CallAsync(string operation, JsonObject input) => EmulatorHttp.JsonAsync(bed.Emulator, "ecr", "AmazonEC2ContainerRegistry_V20150921." + operation, input);
        await CallAsync("CreateRepository", new JsonObject { ["repositoryName"] = "acme/web" });
        for (var i = 1; i <= 4; i++)
        {
            bed.Emulator.Estate().Change(estate => estate.In("111111111111", "us-east-1").Ecr.Find("acme/web")!.Put(Manifest(i), MediaType, $"sha-{i}"));
            bed.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await CallAsync("StartLifecyclePolicyPreview", new JsonObject { ["repositoryName"] = "acme/web", ["lifecyclePolicyText"] = LifecyclePolicy.Of(["v*", "sha-*"], new ArtifactKeep(tagged, 30)) });
        var preview = await CallAsync("GetLifecyclePolicyPreview", new JsonObject { ["repositoryName"] = "acme/web" });

        Assert.Equal(expired, string.Join(' ', preview["previewResults"]!.AsArray().SelectMany(r => r!["imageTags"]?.AsArray() ?? []).Select(t => (string)t!).Order()));
    }

    [Fact]
    public async Task Released_build_is_not_expired_by_the_many_that_never_were()
    {
        await using var bed = await AwsBed.StartAsync();
        Task<JsonObject> CallAsync(string operation, JsonObject input) => EmulatorHttp.JsonAsync(bed.Emulator, "ecr", "AmazonEC2ContainerRegistry_V20150921." + operation, input);
        await CallAsync("CreateRepository", new JsonObject { ["repositoryName"] = "acme/web" });
        for (var i = 1; i <= 5; i++)
        {
            bed.Emulator.Estate().Change(estate => estate.In("111111111111", "us-east-1").Ecr.Find("acme/web")!.Put(Manifest(i), MediaType, $"sha-{i}"));
            bed.Time.Advance(TimeSpan.FromMinutes(1));
        }

        bed.Emulator.Estate().Change(estate => estate.In("111111111111", "us-east-1").Ecr.Find("acme/web")!.Put(Manifest(1), MediaType, "v1.0.0"));
        await CallAsync("StartLifecyclePolicyPreview", new JsonObject { ["repositoryName"] = "acme/web", ["lifecyclePolicyText"] = LifecyclePolicy.Of(["v*", "sha-*"], new ArtifactKeep(2, 30)) });
        var preview = await CallAsync("GetLifecyclePolicyPreview", new JsonObject { ["repositoryName"] = "acme/web" });

        Assert.DoesNotContain("v1.0.0", preview["previewResults"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("sha-2", preview["previewResults"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private const string MediaType = "application/vnd.oci.image.manifest.v1+json";

    private static string Manifest(int number) => new JsonObject
    {
        ["schemaVersion"] = 2, ["mediaType"] = MediaType, ["annotations"] = new JsonObject { ["number"] = $"{number}" },
        ["config"] = new JsonObject { ["mediaType"] = "application/vnd.oci.empty.v1+json", ["digest"] = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", ["size"] = 2 },
        ["layers"] = new JsonArray(),
    }.ToJsonString();

    private static ApplicationSpec Application(string[] versions, string? tags) => new()
    {
        Name = "web",
        Artifacts = [],
        VersionPatterns = versions,
        Environments = [new EnvironmentSpec { Name = "dev", AutoDeploy = tags is null ? null : new AutoDeploy(null, tags), Target = new TargetSpec("ecs", []) }],
    };
}
