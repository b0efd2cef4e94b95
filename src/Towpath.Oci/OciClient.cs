using Towpath.Oci.Blobs;
using Towpath.Oci.Copying;
using Towpath.Oci.Manifests;
using Towpath.Oci.References;
using Towpath.Oci.Referrers;
using Towpath.Oci.Tags;

namespace Towpath.Oci;

/// <summary>
/// What Towpath asks of any registry that follows the OCI distribution specification. All calls throw
/// <see cref="Calling.RegistryException"/> where the registry says no, answers nonsense or does not answer.
/// </summary>
public interface IOciClient
{
    /// <summary>What a tag or digest stands for, as the registry tells it, without moving bytes; null where there is nothing.</summary>
    Task<ManifestHead?> ResolveAsync(ImageReference image, CancellationToken cancellationToken);

    /// <summary>The same with all that is known of it; the digest is computed from the bytes.</summary>
    Task<ImageDescription?> DescribeAsync(ImageReference image, CancellationToken cancellationToken);

    /// <summary>The manifest or index itself; null where there is none.</summary>
    Task<Manifest?> FindManifestAsync(ImageReference image, CancellationToken cancellationToken);

    /// <summary>Gives what is there by digest a tag; with <paramref name="immutable"/> a tag that means something else stays as it is.</summary>
    Task<TagOutcome> TagAsync(ImageReference image, string tag, bool immutable, CancellationToken cancellationToken);

    /// <summary>Carries an image with all platforms to another repository. Repeated, it goes on where it was.</summary>
    Task<CopyOutcome> CopyAsync(ImageReference from, ImageReference to, bool immutable, CancellationToken cancellationToken);

    /// <summary>Signatures, attestations and bills of material that refer to a digest.</summary>
    Task<IReadOnlyList<Descriptor>> ReferrersAsync(ImageReference image, string? artifactType, CancellationToken cancellationToken);

    /// <summary>False where there was nothing under that digest.</summary>
    Task<bool> DeleteAsync(ImageReference image, CancellationToken cancellationToken);

    /// <summary>All tags of a repository; none where there is no such repository.</summary>
    IAsyncEnumerable<string> TagsAsync(ImageReference repository, CancellationToken cancellationToken);
}

internal sealed class OciClient(
    ManifestClient manifests, ImageDescriptions descriptions, Tagging tagging, ImageCopy copy, ReferrerList referrers, TagList tags) : IOciClient
{
    public Task<ManifestHead?> ResolveAsync(ImageReference image, CancellationToken cancellationToken) =>
        manifests.HeadAsync(image, cancellationToken);

    public Task<ImageDescription?> DescribeAsync(ImageReference image, CancellationToken cancellationToken) =>
        descriptions.FindAsync(image, cancellationToken);

    public Task<Manifest?> FindManifestAsync(ImageReference image, CancellationToken cancellationToken) =>
        manifests.FindAsync(image, cancellationToken);

    public Task<TagOutcome> TagAsync(ImageReference image, string tag, bool immutable, CancellationToken cancellationToken) =>
        tagging.TagAsync(image, tag, immutable, cancellationToken);

    public Task<CopyOutcome> CopyAsync(ImageReference from, ImageReference to, bool immutable, CancellationToken cancellationToken) =>
        copy.CopyAsync(from, to, immutable, cancellationToken);

    public Task<IReadOnlyList<Descriptor>> ReferrersAsync(ImageReference image, string? artifactType, CancellationToken cancellationToken) =>
        referrers.FindAsync(image, artifactType, cancellationToken);

    public Task<bool> DeleteAsync(ImageReference image, CancellationToken cancellationToken) =>
        manifests.DeleteAsync(image, cancellationToken);

    public IAsyncEnumerable<string> TagsAsync(ImageReference repository, CancellationToken cancellationToken) =>
        tags.AllAsync(Shelf.Of(repository), cancellationToken);
}
