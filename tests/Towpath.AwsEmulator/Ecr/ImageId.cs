using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>Finds what an image identifier of a batch call means, or says why it means nothing.</summary>
internal static class ImageId
{
    public static (JsonObject Id, StoredImage? Image, JsonObject? Failure) Find(Repository repository, JsonObject id)
    {
        var (digest, tag) = (id.Text("imageDigest"), id.Text("imageTag"));
        if (digest is null && tag is null) return (id, null, Failure(id, "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"));
        if (digest is not null && (!digest.StartsWith("sha256:", StringComparison.Ordinal) || digest.Length != 71))
            return (id, null, Failure(id, "InvalidImageDigest", "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'"));
        if (repository.Find(digest ?? tag!) is not { } found) return (id, null, Failure(id, "ImageNotFound", "Requested image not found"));
        if (digest is not null && tag is not null && repository.Find(tag)?.Digest != digest)
            return (id, null, Failure(id, "ImageTagDoesNotMatchDigest", "The image tag does not match the image digest"));
        return (id, found, null);
    }

    public static JsonObject Referenced(JsonObject id, StoredImage image, StoredImage index) => Failure(
        id, "ImageReferencedByManifestList", $"Requested image referenced by manifest list: [{index.Digest}]", image.Digest);

    private static JsonObject Failure(JsonObject id, string code, string reason, string? digest = null) => Json.Object(
        ("imageId", Json.Object(("imageDigest", digest ?? id.Text("imageDigest")), ("imageTag", id.Text("imageTag")))),
        ("failureCode", code),
        ("failureReason", reason));
}
