using System.Text;
using Towpath.AwsEmulator.Ecr;
using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.Ecr;

/// <summary>ECR as Debian's awscli sees it.</summary>
public sealed class EcrCliTests
{
    [Fact]
    public async Task Repositories_have_policies_tags_and_mutability()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Task<AwsCliRun> Ecr(params string[] arguments) => AwsCli.RunAsync(emulator, ["ecr", .. arguments]);

        var made = (await Ecr("create-repository", "--repository-name", "acme/web", "--image-tag-mutability", "IMMUTABLE", "--tags", "Key=team,Value=core")).Json["repository"]!;
        Assert.Equal("111111111111.dkr.ecr.us-east-1.amazonaws.com/acme/web", (string)made["repositoryUri"]!);
        (await Ecr("create-repository", "--repository-name", "acme/web")).FailedWith("RepositoryAlreadyExistsException");
        Assert.Equal("IMMUTABLE", (string)(await Ecr("describe-repositories", "--repository-names", "acme/web")).Json["repositories"]![0]!["imageTagMutability"]!);
        (await Ecr("describe-repositories", "--repository-names", "gone")).FailedWith("RepositoryNotFoundException");
        Assert.Equal("MUTABLE", (string)(await Ecr("put-image-tag-mutability", "--repository-name", "acme/web", "--image-tag-mutability", "MUTABLE")).Json["imageTagMutability"]!);
        (await Ecr("get-repository-policy", "--repository-name", "acme/web")).FailedWith("RepositoryPolicyNotFoundException");
        (await Ecr("set-repository-policy", "--repository-name", "acme/web", "--policy-text", "{}")).Succeeded();
        Assert.Equal("{}", (string)(await Ecr("get-repository-policy", "--repository-name", "acme/web")).Json["policyText"]!);
        var token = Encoding.UTF8.GetString(Convert.FromBase64String((string)(await Ecr("get-authorization-token")).Json["authorizationData"]![0]!["authorizationToken"]!));
        Assert.StartsWith("AWS:", token, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_are_put_found_listed_and_deleted()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var first = EcrScene.Seed(emulator, "web", "sha-1", "one");
        Task<AwsCliRun> Ecr(string call, params string[] arguments) => AwsCli.RunAsync(emulator, ["ecr", call, "--repository-name", "web", .. arguments]);

        var got = (await Ecr("batch-get-image", "--image-ids", "imageTag=sha-1", "imageTag=gone", "--accepted-media-types", EcrScene.ManifestType)).Json;
        Assert.Equal(first, (string)got["images"]![0]!["imageId"]!["imageDigest"]!);
        Assert.Equal("ImageNotFound", (string)got["failures"]![0]!["failureCode"]!);
        var manifest = (string)got["images"]![0]!["imageManifest"]!;

        (await Ecr("put-image", "--image-manifest", manifest, "--image-tag", "sha-1")).FailedWith("ImageTagAlreadyExistsException");
        Assert.Equal(first, (string)(await Ecr("put-image", "--image-manifest", manifest, "--image-tag", "staging")).Json["image"]!["imageId"]!["imageDigest"]!);
        (await Ecr("put-image", "--image-manifest", EcrScene.Manifest(Repository.DigestOf("other"), 5), "--image-tag", "x")).FailedWith("LayersNotFoundException");
        (await Ecr("put-image", "--image-manifest", manifest)).FailedWith("ImageAlreadyExistsException");
        var index = (string)(await Ecr("put-image", "--image-manifest", EcrScene.Index(first), "--image-manifest-media-type", EcrScene.IndexType, "--image-tag", "multi")).Json["image"]!["imageId"]!["imageDigest"]!;

        var details = (await Ecr("describe-images", "--image-ids", $"imageDigest={first}")).Json["imageDetails"]![0]!;
        Assert.Equal(["sha-1", "staging"], details["imageTags"]!.AsArray().Select(tag => (string)tag!));
        (await Ecr("describe-images", "--image-ids", "imageTag=gone")).FailedWith("ImageNotFoundException");
        Assert.Equal(3, (await Ecr("list-images", "--filter", "tagStatus=TAGGED")).Json["imageIds"]!.AsArray().Count);
        Assert.Equal("ImageReferencedByManifestList", (string)(await Ecr("batch-delete-image", "--image-ids", $"imageDigest={first}")).Json["failures"]![0]!["failureCode"]!);
        Assert.Equal(index, (string)(await Ecr("batch-delete-image", "--image-ids", "imageTag=multi")).Json["imageIds"]![0]!["imageDigest"]!);
        Assert.Equal("UNAVAILABLE", (string)(await Ecr("batch-check-layer-availability", "--layer-digests", Repository.DigestOf("other"))).Json["layers"]![0]!["layerAvailability"]!);
    }

    [Fact]
    public async Task A_lifecycle_policy_is_kept_and_previewed()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++) EcrScene.Seed(emulator, "web", $"sha-{i}", $"{i}");
        Task<AwsCliRun> Ecr(string call, params string[] arguments) => AwsCli.RunAsync(emulator, ["ecr", call, "--repository-name", "web", .. arguments]);
        const string Policy = """{"rules":[{"rulePriority":1,"selection":{"tagStatus":"tagged","tagPatternList":["sha-*"],"countType":"imageCountMoreThan","countNumber":2},"action":{"type":"expire"}}]}""";

        (await Ecr("get-lifecycle-policy")).FailedWith("LifecyclePolicyNotFoundException");
        (await Ecr("put-lifecycle-policy", "--lifecycle-policy-text", """{"rules":[]}    """ + new string(' ', 100))).FailedWith("InvalidParameterException");
        (await Ecr("put-lifecycle-policy", "--lifecycle-policy-text", Policy)).Succeeded();
        Assert.Equal(Policy, (string)(await Ecr("get-lifecycle-policy")).Json["lifecyclePolicyText"]!);
        (await Ecr("start-lifecycle-policy-preview")).Succeeded();
        var preview = (await Ecr("get-lifecycle-policy-preview")).Json;
        Assert.Equal(1, (int)preview["summary"]!["expiringImageTotalCount"]!);
        Assert.Equal("sha-0", (string)preview["previewResults"]![0]!["imageTags"]![0]!);
        (await Ecr("delete-lifecycle-policy")).Succeeded();
    }
}
