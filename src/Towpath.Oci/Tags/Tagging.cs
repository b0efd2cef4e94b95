using Towpath.Core.Artifacts;
using Towpath.Oci.Calling;
using Towpath.Oci.Manifests;
using Towpath.Oci.References;

namespace Towpath.Oci.Tags;

/// <summary>Gives an image another tag: the very bytes of its manifest or index are written again, so that no platform is lost and the digest stays.</summary>
internal sealed class Tagging(ManifestClient manifests)
{
    /// <param name="image">Repository and digest.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="immutable">Whether a tag that means something else already stays as it is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<TagOutcome> TagAsync(ImageReference image, string tag, bool immutable, CancellationToken cancellationToken)
    {
        var digest = image.Digest ?? throw new ArgumentException($"{image} names no digest", nameof(image));
        if (!ImageReference.IsTag(tag)) throw new ArgumentException($"'{PlainText.Of(tag, 128)}' is not a tag", nameof(tag));
        var manifest = await manifests.FindAsync(image.At(digest), cancellationToken)
            ?? throw new RegistryException(new RegistryFailure(image.Registry, $"tagging {image}", 404, "MANIFEST_UNKNOWN", "it is not in the registry"));
        return await TagAsync(image.Tagged(tag), manifest, immutable, cancellationToken);
    }

    public async Task<TagOutcome> TagAsync(ImageReference tagged, Manifest manifest, bool immutable, CancellationToken cancellationToken)
    {
        // Asked first: a registry with immutable tags refuses even the same digest a second time.
        var before = await manifests.HeadAsync(tagged, cancellationToken);
        if (before?.Digest == manifest.Digest) return new TagOutcome.AlreadyThere();
        if (before is not null && immutable) return new TagOutcome.Conflict(before.Digest);
        try
        {
            await manifests.PutAsync(tagged, manifest, cancellationToken);
        }
        catch (RegistryException exception) when (exception.Failure is { Status: 400 or 405 or 409 or 412, Code: not ("MANIFEST_INVALID" or "MANIFEST_BLOB_UNKNOWN") })
        {
            // Somebody else was faster, or the registry lets no tag move.
            if (await manifests.HeadAsync(tagged, cancellationToken) is not { } now) throw;
            return now.Digest == manifest.Digest ? new TagOutcome.AlreadyThere() : new TagOutcome.Conflict(now.Digest);
        }

        return await manifests.HeadAsync(tagged, cancellationToken) is { } after && after.Digest != manifest.Digest
            ? new TagOutcome.Conflict(after.Digest)
            : new TagOutcome.Tagged();
    }
}

public abstract record TagOutcome
{
    public sealed record Tagged : TagOutcome;

    public sealed record AlreadyThere : TagOutcome;

    /// <summary>The tag means other bytes, and stays so.</summary>
    public sealed record Conflict(Digest Existing) : TagOutcome;
}
