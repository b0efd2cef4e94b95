using System.Net;
using System.Net.Http.Headers;
using Towpath.Core.Artifacts;
using Towpath.Core.Calling;
using Towpath.Oci.Calling;
using Towpath.Oci.References;

namespace Towpath.Oci.Manifests;

/// <summary>Reads and writes manifests (OCI distribution specification, "Pulling manifests", "Pushing Manifests").</summary>
internal sealed class ManifestClient(RegistryCaller caller)
{
    /// <summary>The most that a manifest may have; the specification lets registries refuse more.</summary>
    public const int MaximumBytes = 4 << 20;

    private const string DigestHeader = "Docker-Content-Digest";

    /// <summary>
    /// What stands under a tag or digest, as the registry tells it; null where nothing does. The bytes are not moved, unless the registry
    /// tells no digest.
    /// </summary>
    public async Task<ManifestHead?> HeadAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Head, image, $"looking for {image}") with { Answers = [404, 405] };
        var (found, head) = await caller.CallAsync(request, (response, _) => Task.FromResult(HeadOf(request, image, response)), cancellationToken);
        if (head is not null || !found) return head;
        return await FindAsync(image, cancellationToken) is { } manifest ? new ManifestHead(manifest.Digest, manifest.MediaType, manifest.Bytes.Length) : null;
    }

    /// <summary>The manifest, its bytes held against the digest that was asked for and the one that the registry tells; null where there is none.</summary>
    public Task<Manifest?> FindAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Get, image, $"reading the manifest of {image}") with { Answers = [404] };
        return caller.CallAsync(
            request,
            async (response, deadline) => response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(request, image, response, deadline.Token),
            cancellationToken);
    }

    /// <summary>Writes the very bytes under a tag or their own digest.</summary>
    public Task PutAsync(ImageReference image, Manifest manifest, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Put, image.Registry, AddressOf(image), [RegistryRequest.Push(image.Repository)], $"writing the manifest of {image}")
        {
            Content = () => new ReadOnlyMemoryContent(manifest.Bytes) { Headers = { ContentType = new MediaTypeHeaderValue(manifest.MediaType) } },
        };
        return caller.CallAsync(request, (response, _) => TellsDigest(response) is { } told && told != manifest.Digest
            ? throw RegistryCaller.Nonsense(request, $"{manifest.Digest} was written, and the registry says that it is {told}")
            : Task.FromResult(true), cancellationToken);
    }

    private static RegistryRequest Request(HttpMethod method, ImageReference image, string action) =>
        new(method, image.Registry, AddressOf(image), [RegistryRequest.Pull(image.Repository)], action) { Accept = MediaTypes.Manifests };

    private static string AddressOf(ImageReference image) =>
        $"v2/{image.Repository}/manifests/{image.Wanted ?? throw new ArgumentException($"{image} names neither a tag nor a digest", nameof(image))}";

    private static (bool Found, ManifestHead? Head) HeadOf(RegistryRequest request, ImageReference image, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.NotFound) return (false, null);
        if (response.StatusCode == HttpStatusCode.MethodNotAllowed || TellsDigest(response) is not { } digest) return (true, null);
        if (image.Digest is { } wanted && wanted != digest) throw RegistryCaller.Nonsense(request, $"{wanted} was asked for, and the registry says that it is {digest}");
        var headers = response.Content.Headers;
        return headers.ContentType?.MediaType is { } type && MediaTypes.Manifests.Contains(type, StringComparer.Ordinal)
            ? (true, new ManifestHead(digest, type, headers.ContentLength))
            : (true, null);
    }

    private static async Task<Manifest> ReadAsync(RegistryRequest request, ImageReference image, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = await BoundedBody.ReadAsync(response, MaximumBytes, cancellationToken);
        var digest = Digest.Of(bytes);
        // The digest that was asked for decides; what the registry tells of a tag must be true, or it is broken.
        if ((image.Digest ?? TellsDigest(response)) is { } expected && expected != digest)
            throw RegistryCaller.Nonsense(request, $"the manifest should be {expected}, and its bytes are {digest}");
        try
        {
            return Manifest.Parse(bytes, response.Content.Headers.ContentType?.MediaType);
        }
        catch (FormatException exception)
        {
            throw RegistryCaller.Nonsense(request, $"the answer is {exception.Message}", exception);
        }
    }

    private static Digest? TellsDigest(HttpResponseMessage response) =>
        response.Headers.TryGetValues(DigestHeader, out var values) && Digest.TryParse(values.FirstOrDefault(), out var digest) ? digest : null;
}

/// <param name="Digest">What it is.</param>
/// <param name="MediaType">What kind of document.</param>
/// <param name="Size">Bytes of the document itself, where the registry tells.</param>
public sealed record ManifestHead(Digest Digest, string MediaType, long? Size);
