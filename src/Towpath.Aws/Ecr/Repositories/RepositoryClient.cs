using Towpath.Aws.Calling;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecr.Repositories;

/// <summary>Repositories with their policies, and images by tag and digest (Amazon ECR API Reference).</summary>
public sealed class RepositoryClient(AwsCaller caller)
{
    /// <summary>Everything that a repository may hold: an image of all platforms comes as what it is.</summary>
    private static readonly string[] MediaTypes =
    [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ];

    /// <returns>Null where there is none.</returns>
    public Task<EcrRepository?> FindAsync(AwsScope scope, RepositoryName repository, CancellationToken cancellationToken) => OrNullAsync("RepositoryNotFoundException", async () =>
        (await caller.CallAsync(scope, Operation("DescribeRepositories"), new DescribeInput(repository.Account, [repository.Name]), RepositoryJson.Default.DescribeInput, RepositoryJson.Default.DescribeOutput, cancellationToken))
            .Repositories is [var found, ..] ? found : null);

    /// <summary>Makes a repository whose tags never move and whose images are scanned when they come.</summary>
    public Task CreateAsync(AwsScope scope, RepositoryName repository, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("CreateRepository"), new CreateInput(repository.Account, repository.Name, EcrRepository.Immutable, new ScanConfiguration(true)), RepositoryJson.Default.CreateInput, RepositoryJson.Default.Nothing, cancellationToken);

    public Task MakeImmutableAsync(AwsScope scope, RepositoryName repository, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("PutImageTagMutability"), new MutabilityInput(repository.Account, repository.Name, EcrRepository.Immutable), RepositoryJson.Default.MutabilityInput, RepositoryJson.Default.Nothing, cancellationToken);

    public Task ScanOnPushAsync(AwsScope scope, RepositoryName repository, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("PutImageScanningConfiguration"), new ScanInput(repository.Account, repository.Name, new ScanConfiguration(true)), RepositoryJson.Default.ScanInput, RepositoryJson.Default.Nothing, cancellationToken);

    /// <returns>Null where there is none.</returns>
    public Task<string?> FindLifecycleAsync(AwsScope scope, RepositoryName repository, CancellationToken cancellationToken) => OrNullAsync("LifecyclePolicyNotFoundException", async () =>
        (await caller.CallAsync(scope, Operation("GetLifecyclePolicy"), new RepositoryInput(repository.Account, repository.Name), RepositoryJson.Default.RepositoryInput, RepositoryJson.Default.PolicyOutput, cancellationToken)).LifecyclePolicyText);

    public Task PutLifecycleAsync(AwsScope scope, RepositoryName repository, string policy, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("PutLifecyclePolicy"), new LifecycleInput(repository.Account, repository.Name, policy), RepositoryJson.Default.LifecycleInput, RepositoryJson.Default.Nothing, cancellationToken);

    /// <returns>Null where there is none.</returns>
    public Task<string?> FindPolicyAsync(AwsScope scope, RepositoryName repository, CancellationToken cancellationToken) => OrNullAsync("RepositoryPolicyNotFoundException", async () =>
        (await caller.CallAsync(scope, Operation("GetRepositoryPolicy"), new RepositoryInput(repository.Account, repository.Name), RepositoryJson.Default.RepositoryInput, RepositoryJson.Default.PolicyOutput, cancellationToken)).PolicyText);

    public Task PutPolicyAsync(AwsScope scope, RepositoryName repository, string policy, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("SetRepositoryPolicy"), new PolicyInput(repository.Account, repository.Name, policy), RepositoryJson.Default.PolicyInput, RepositoryJson.Default.Nothing, cancellationToken);

    /// <summary>The manifest under a tag or digest, to the byte; null where there is none.</summary>
    public async Task<EcrManifest?> FindManifestAsync(AwsScope scope, RepositoryName repository, ImageIdentifier image, CancellationToken cancellationToken) =>
        await FindManifestsAsync(scope, repository, [image], cancellationToken) is [var found, ..] ? found : null;

    /// <summary>What is there of up to a hundred images.</summary>
    public async Task<IReadOnlyList<EcrManifest>> FindManifestsAsync(AwsScope scope, RepositoryName repository, IReadOnlyList<ImageIdentifier> images, CancellationToken cancellationToken)
    {
        var answer = await caller.CallAsync(
            scope, Operation("BatchGetImage"), new BatchGetInput(repository.Account, repository.Name, images, MediaTypes), RepositoryJson.Default.BatchGetInput, RepositoryJson.Default.BatchGetOutput, cancellationToken);
        return
        [
            .. (answer.Images ?? []).Where(i => i.ImageManifest is not null && Digest.TryParse(i.ImageId?.ImageDigest, out _))
                .Select(i => new EcrManifest(Digest.Parse(i.ImageId!.ImageDigest!), i.ImageManifest!, i.ImageManifestMediaType)),
        ];
    }

    /// <summary>Gives a manifest that is there already another tag.</summary>
    public Task PutTagAsync(AwsScope scope, RepositoryName repository, EcrManifest manifest, string tag, CancellationToken cancellationToken) => caller.CallAsync(
        scope, Operation("PutImage"), new PutImageInput(repository.Account, repository.Name, manifest.Manifest, manifest.MediaType, tag, manifest.Digest.Value),
        RepositoryJson.Default.PutImageInput, RepositoryJson.Default.Nothing, cancellationToken);

    /// <summary>A login for every registry that the caller may use; it lasts twelve hours.</summary>
    public async Task<EcrAuthorization> AuthorizeAsync(AwsScope scope, CancellationToken cancellationToken)
    {
        var answer = await caller.CallAsync(scope, Operation("GetAuthorizationToken"), new Nothing(), RepositoryJson.Default.Nothing, RepositoryJson.Default.AuthorizationOutput, cancellationToken);
        return answer.AuthorizationData is [var first, ..] ? first
            : throw new AwsException(new AwsFailure("ecr", "GetAuthorizationToken", 200, "UnreadableAnswer", "the answer has no token"));
    }

    private static AwsJson.JsonOperation Operation(string name) => new(AwsService.Ecr, "AmazonEC2ContainerRegistry_V20150921", name);

    private static async Task<T?> OrNullAsync<T>(string code, Func<Task<T?>> call) where T : class
    {
        try
        {
            return await call();
        }
        catch (AwsException e) when (e.Code == code)
        {
            return null;
        }
    }
}
