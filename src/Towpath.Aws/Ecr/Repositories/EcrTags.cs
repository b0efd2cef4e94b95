using Towpath.Aws.Calling;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecr.Repositories;

/// <summary>
/// Gives an image that is there another tag without moving bytes: the very manifest that has the digest, so that no platform is lost. Tags do
/// not move: where one is taken, the same image is success and another is a conflict, and nothing is written to find that out.
/// </summary>
public sealed class EcrTags(RepositoryClient repositories)
{
    public async Task<TagResult> TagAsync(AwsScope scope, RepositoryName repository, Digest digest, string tag, CancellationToken cancellationToken)
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
            { Digest: var found } => new TagResult.Conflict(found, $"{repository}:{tag} is {found} already, and tags do not move; choose another tag for {digest}"),
        };
}

public abstract record TagResult
{
    public sealed record Tagged : TagResult;

    /// <summary>The tag names this image already; nothing was written.</summary>
    public sealed record AlreadyTagged : TagResult;

    /// <summary>The tag names another image.</summary>
    public sealed record Conflict(Digest Found, string Reason) : TagResult;

    /// <summary>There is no such image.</summary>
    public sealed record Missing(string Reason) : TagResult;
}
