using System.Net;
using Towpath.Core.Artifacts;
using Towpath.Oci.Calling;
using Towpath.Oci.Manifests;
using Towpath.Oci.References;

namespace Towpath.Oci.Referrers;

/// <summary>
/// What refers to an image: signatures, attestations, bills of material (OCI distribution specification, "Listing Referrers"). Where the
/// registry does not know the call, the index under the referrers' tag says it ("Referrers Tag Schema").
/// </summary>
internal sealed class ReferrerList(RegistryCaller caller, ManifestClient manifests)
{
    private const int MostPages = 100;

    public async Task<IReadOnlyList<Descriptor>> FindAsync(ImageReference image, string? artifactType, CancellationToken cancellationToken)
    {
        var digest = image.Digest ?? throw new ArgumentException($"{image} names no digest", nameof(image));
        var all = await ListAsync(image, digest, artifactType, cancellationToken) ?? await ByTagAsync(image, digest, cancellationToken);
        // A registry may leave the filter to us.
        return artifactType is null ? all : [.. all.Where(d => string.Equals(d.ArtifactType, artifactType, StringComparison.Ordinal))];
    }

    private async Task<IReadOnlyList<Descriptor>?> ListAsync(ImageReference image, Digest digest, string? artifactType, CancellationToken cancellationToken)
    {
        var found = new List<Descriptor>();
        string? next = $"v2/{image.Repository}/referrers/{digest}{(artifactType is null ? "" : $"?artifactType={Uri.EscapeDataString(artifactType)}")}";
        for (var page = 0; next is not null; page++)
        {
            var request = Request(image, next);
            if (page == MostPages) throw RegistryCaller.Nonsense(request, $"there are more than {MostPages} pages");
            (var descriptors, next) = await caller.CallAsync(request, (response, deadline) => ReadAsync(request, response, deadline.Token), cancellationToken);
            if (descriptors is null) return null;
            found.AddRange(descriptors);
        }

        return found;
    }

    private static RegistryRequest Request(ImageReference image, string address) =>
        new(HttpMethod.Get, image.Registry, address, [RegistryRequest.Pull(image.Repository)], $"listing what refers to {image}")
        {
            Accept = [MediaTypes.OciIndex],
            Answers = [404, 405],
        };

    private static async Task<(IReadOnlyList<Descriptor>? Found, string? Next)> ReadAsync(
        RegistryRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed) return (null, null);
        try
        {
            var bytes = await BoundedBody.ReadAsync(response, ManifestClient.MaximumBytes, cancellationToken);
            return (Manifest.Parse(bytes, response.Content.Headers.ContentType?.MediaType).Manifests, NextPage.Of(request, response));
        }
        catch (FormatException exception)
        {
            throw RegistryCaller.Nonsense(request, $"the answer is {exception.Message}", exception);
        }
    }

    private async Task<IReadOnlyList<Descriptor>> ByTagAsync(ImageReference image, Digest digest, CancellationToken cancellationToken) =>
        await manifests.FindAsync(image.Tagged($"sha256-{digest.Hex}"), cancellationToken) is { } index ? index.Manifests : [];
}
