using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Core;
using Towpath.Oci.References;

namespace Towpath.Oci.Artifacts;

/// <summary>Container images: <c>repository:tag</c>, <c>repository@digest</c>, or both, when the tag must still mean that digest.</summary>
/// <param name="client">The registry client.</param>
/// <param name="scheme"><c>oci</c>, or <c>ecr</c> for the registries whose logins come from AWS.</param>
public sealed class OciArtifactSource(IOciClient client, string scheme = ArtifactScheme.Oci) : IArtifactSource
{
    public string Scheme => scheme;

    public string? Check(string source, OperatorLimits limits) =>
        ImageReference.TryParse(source, out var image, out var problem) ? ProjectChecks.Registry(limits, image.Name) : problem;

    /// <summary>
    /// The digest is that of the index, or of the manifest where there is no index. The size is that of the document, with configuration
    /// and layers for a manifest; what the platforms of an index have is not counted, as each would have to be asked for.
    /// </summary>
    public async Task<ArtifactLookup> DescribeAsync(string reference, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(reference, out var image, out var problem)) return new ArtifactLookup.Missing(problem);
        if (image.Wanted is null) return new ArtifactLookup.Missing($"'{image}' names neither a tag nor a digest; name one of them");
        if (await client.FindManifestAsync(image, cancellationToken) is not { } manifest)
            return new ArtifactLookup.Missing($"there is no image '{image}' in the registry; push it first, or correct the reference");
        if (image is { Tag: { } tag, Digest: { } digest } && await client.ResolveAsync(image.Tagged(tag), cancellationToken) is var head && head?.Digest != digest)
            return new ArtifactLookup.Missing(head is null
                ? $"'{image.Name}' has no tag '{tag}'; push it, or name the digest alone"
                : $"the tag '{tag}' of '{image.Name}' means {head.Digest} now, not {digest}; report what is there, or name the digest alone");
        return new ArtifactLookup.Found(manifest.Digest, manifest.Bytes.Length + manifest.Blobs.Sum(blob => blob.Size));
    }

    /// <exception cref="NotSupportedException">Always: an image is no single stream; whoever runs it pulls it by digest.</exception>
    public Task<Stream> OpenAsync(string reference, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"'{PlainText.Of(reference, 120)}' is a container image, which is pulled by digest and never opened as one stream of bytes");
}
