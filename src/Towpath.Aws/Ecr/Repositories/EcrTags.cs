using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecr.Repositories;

/// <summary>Tags in Amazon ECR. Where tags are immutable it refuses even the same image a second time, so that the tag is asked for first.</summary>
internal sealed class EcrTags(RepositoryClient repositories, AwsOptions options) : IImageTags
{
    public string Scheme => ArtifactScheme.Ecr;

    public async Task<TagResult> TagAsync(string repository, Digest digest, string tag, CancellationToken cancellationToken)
    {
        if (RepositoryName.Parse(repository) is not { } name)
            return new TagResult.Missing($"'{repository}' is no repository of Amazon ECR; write ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY");
        try
        {
            return await TagAsync(new AwsScope(name.Region, options.SharedServicesRole, SessionName.Of("images")), name, digest, tag, cancellationToken);
        }
        catch (AwsException e) when (e.Code == "RepositoryNotFoundException")
        {
            return new TagResult.Missing($"there is no repository {name.Name} in the registry of account {name.Account} in {name.Region}; check its name, account and region");
        }
    }

    private async Task<TagResult> TagAsync(AwsScope scope, RepositoryName repository, Digest digest, string tag, CancellationToken cancellationToken)
    {
        if (await TakenAsync(scope, repository, digest, tag, cancellationToken) is { } taken) return taken;
        if (await repositories.FindManifestAsync(scope, repository, ImageIdentifier.Of(digest), cancellationToken) is not { } manifest)
            return new TagResult.Missing($"there is no image {digest} in {repository}; build and push it first");
        try
        {
            await repositories.PutTagAsync(scope, repository, manifest, tag, cancellationToken);
            return new TagResult.Tagged();
        }
        catch (AwsException e) when (e.Code is "ImageTagAlreadyExistsException" or "ImageAlreadyExistsException")
        {
            // Somebody was faster, or our own call got through while its answer was lost.
            if (await TakenAsync(scope, repository, digest, tag, cancellationToken) is { } now) return now;
            throw;
        }
    }

    private async Task<TagResult?> TakenAsync(AwsScope scope, RepositoryName repository, Digest digest, string tag, CancellationToken cancellationToken) =>
        await repositories.FindManifestAsync(scope, repository, ImageIdentifier.Tagged(tag), cancellationToken) switch
        {
            null => null,
            { Digest: var found } when found == digest => new TagResult.AlreadyTagged(),
            { Digest: var found } => new TagResult.Conflict(found),
        };
}
