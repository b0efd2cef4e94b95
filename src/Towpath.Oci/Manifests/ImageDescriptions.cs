using System.Text.Json;
using Towpath.Core.Artifacts;
using Towpath.Oci.Blobs;
using Towpath.Oci.Calling;
using Towpath.Oci.References;

namespace Towpath.Oci.Manifests;

/// <summary>Says what an image is, without moving its layers.</summary>
internal sealed class ImageDescriptions(ManifestClient manifests, BlobClient blobs)
{
    public async Task<ImageDescription?> FindAsync(ImageReference image, CancellationToken cancellationToken)
    {
        if (await manifests.FindAsync(image, cancellationToken) is not { } manifest) return null;
        var config = await ConfigAsync(image, manifest, cancellationToken);
        return new ImageDescription(manifest.Digest, manifest.MediaType, manifest.Bytes.Length)
        {
            ContentSize = manifest.IsIndex ? null : manifest.Bytes.Length + manifest.Blobs.Sum(blob => blob.Size),
            Platforms = manifest.IsIndex
                ? [.. manifest.Manifests.Select(m => m.Platform).OfType<Platform>().Where(platform => !platform.IsUnknown)]
                : config is { Os: { Length: > 0 } os, Architecture: { Length: > 0 } architecture } ? [new Platform(os, architecture, config.Variant)] : [],
            Annotations = manifest.Annotations,
            Labels = config?.Config?.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal),
        };
    }

    private async Task<ImageConfig?> ConfigAsync(ImageReference image, Manifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Config is not { MediaType: "application/vnd.oci.image.config.v1+json" or "application/vnd.docker.container.image.v1+json" } config) return null;
        try
        {
            return JsonSerializer.Deserialize(await blobs.ReadSmallAsync(Shelf.Of(image), config, cancellationToken), ManifestJson.Default.ImageConfig);
        }
        catch (JsonException exception)
        {
            throw new RegistryException(new RegistryFailure(image.Registry, $"reading the configuration of {image}", 0, "bad_answer", "it is not JSON"), exception);
        }
    }
}

/// <param name="Digest">Of the index, or of the manifest where there is no index. Computed from the bytes.</param>
/// <param name="MediaType">What kind of document.</param>
/// <param name="Size">Bytes of the document itself.</param>
public sealed record ImageDescription(Digest Digest, string MediaType, long Size)
{
    /// <summary>The document, configuration and layers together, compressed; null for an index, where each platform has its own.</summary>
    public long? ContentSize { get; init; }

    public bool IsIndex => MediaTypes.IsIndex(MediaType);

    /// <summary>What it runs on; attestations are left out.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    /// <summary>Labels of the image's configuration; none for an index.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}
