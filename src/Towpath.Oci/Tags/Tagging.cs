using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Oci.Calling;
using Towpath.Oci.Manifests;
using Towpath.Oci.References;

namespace Towpath.Oci.Tags;

/// <summary>Tags in any registry: the very bytes of the manifest or index are written again under the tag.</summary>
internal sealed class Tagging(ManifestClient manifests) : IImageTags
{
    public string Scheme => ArtifactScheme.Oci;

    public async Task<TagResult> TagAsync(string repository, Digest digest, string tag, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse($"{repository}@{digest}", out var image, out var problem)) return new TagResult.Missing(problem);
        if (!ImageReference.IsTag(tag)) throw new ArgumentException($"'{PlainText.Of(tag, 128)}' is not a tag", nameof(tag));
        var tagged = image.Tagged(tag);
        // Asked first: a registry with immutable tags refuses even the same digest a second time.
        if (await manifests.HeadAsync(tagged, cancellationToken) is { } before) return Compare(before, digest);
        return await manifests.FindAsync(image, cancellationToken) is { } manifest
            ? await WriteAsync(tagged, manifest, cancellationToken)
            : new TagResult.Missing($"there is no image {digest} in {image.Name}; build and push it first");
    }

    private async Task<TagResult> WriteAsync(ImageReference tagged, Manifest manifest, CancellationToken cancellationToken)
    {
        try
        {
            await manifests.PutAsync(tagged, manifest, cancellationToken);
        }
        catch (RegistryException exception) when (exception.Failure is { Status: 400 or 405 or 409 or 412, Code: not ("MANIFEST_INVALID" or "MANIFEST_BLOB_UNKNOWN") })
        {
            // Somebody else was faster, or the registry lets no tag move.
            if (await manifests.HeadAsync(tagged, cancellationToken) is not { } now) throw;
            return Compare(now, manifest.Digest);
        }

        // Somebody else may have written it at the same time.
        return await manifests.HeadAsync(tagged, cancellationToken) is { } after && after.Digest != manifest.Digest ? new TagResult.Conflict(after.Digest) : new TagResult.Tagged();
    }

    private static TagResult Compare(ManifestHead found, Digest digest) => found.Digest == digest ? new TagResult.AlreadyTagged() : new TagResult.Conflict(found.Digest);
}
