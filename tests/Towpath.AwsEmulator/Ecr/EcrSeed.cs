using System.Text;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>Images put straight into repositories.</summary>
public static class EcrSeed
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    /// <summary>
    /// <c>{ "repositories": { "acme/web": { "mutability": "IMMUTABLE", "images": [{ "tag": "sha-1", "manifest": "…" | "content": "any text", "platforms":
    /// ["linux/amd64"] }] } } }</c>: a manifest as it is, or one made up from a text, of several platforms where some are named.
    /// </summary>
    internal static void Seed(Region region, JsonObject state)
    {
        foreach (var (name, value) in state.Member("repositories") ?? [])
        {
            var settings = value as JsonObject ?? [];
            var mutability = settings.Text("mutability") ?? "IMMUTABLE";
            var repository = region.Ecr.Find(name) ?? region.Ecr.Create(name, mutability)!;
            foreach (var image in settings.Items("images")) Put(repository, image);
        }
    }

    /// <summary>A manifest of one layer, made up from a text.</summary>
    public static StoredImage Image(Repository repository, string? tag, string content) =>
        repository.Put(Manifest(Blob(repository, content), Blob(repository, $$"""{"architecture":"amd64","os":"linux","x":"{{content}}"}""")), ManifestType, tag);

    /// <summary>An index of several platforms, each of them a manifest made up from a text.</summary>
    public static StoredImage Index(Repository repository, string? tag, string content, params IReadOnlyList<string> platforms)
    {
        var manifests = platforms.Select(platform =>
        {
            var image = Image(repository, null, $"{content} {platform}");
            var parts = platform.Split('/');
            return Json.Object(
                ("mediaType", ManifestType), ("digest", image.Digest), ("size", Encoding.UTF8.GetByteCount(image.Manifest)),
                ("platform", Json.Object(("os", parts[0]), ("architecture", parts[1]), ("variant", parts.Length > 2 ? parts[2] : null))));
        });
        return repository.Put(Json.Object(("schemaVersion", 2), ("mediaType", IndexType), ("manifests", Json.Array(manifests))).ToJsonString(), IndexType, tag);
    }

    private static void Put(Repository repository, JsonObject image)
    {
        var tag = image.Text("tag");
        if (image.Text("manifest") is { } manifest) repository.Put(manifest, image.Text("mediaType") ?? ManifestType, tag);
        else if (image.Strings("platforms") is { Count: > 0 } platforms) Index(repository, tag, image.Text("content") ?? "", platforms);
        else Image(repository, tag, image.Text("content") ?? "");
    }

    private static (string Digest, int Size) Blob(Repository repository, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var digest = Repository.DigestOf(content);
        repository.Blobs[digest] = bytes;
        return (digest, bytes.Length);
    }

    private static string Manifest((string Digest, int Size) layer, (string Digest, int Size) config) => Json.Object(
        ("schemaVersion", 2),
        ("mediaType", ManifestType),
        ("config", Json.Object(("mediaType", "application/vnd.oci.image.config.v1+json"), ("digest", config.Digest), ("size", config.Size))),
        ("layers", Json.Array([Json.Object(("mediaType", "application/vnd.oci.image.layer.v1.tar"), ("digest", layer.Digest), ("size", layer.Size))]))).ToJsonString();
}
