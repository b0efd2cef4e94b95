using System.Text;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>A manifest or an index, byte for byte as it was pushed.</summary>
public sealed class StoredImage
{
    public StoredImage(string digest, string manifest, string mediaType, DateTimeOffset pushedAt)
    {
        (Digest, Manifest, MediaType, PushedAt) = (digest, manifest, mediaType, pushedAt);
        var parsed = JsonNode.Parse(manifest) as JsonObject ?? [];
        Children = [.. parsed.Items("manifests").Select(child => child.Text("digest") ?? "")];
        Layers = [.. parsed.Items("layers").Concat(parsed.Member("config") is { } config ? [config] : []).Select(layer => layer.Text("digest") ?? "")];
        Size = parsed.Items("layers").Sum(layer => layer.Number("size") ?? 0) + Encoding.UTF8.GetByteCount(manifest);
        ArtifactType = parsed.Text("artifactType") ?? parsed.Member("config")?.Text("mediaType");
        Subject = parsed.Member("subject")?.Text("digest");
    }

    public string Digest { get; }
    public string Manifest { get; }
    public string MediaType { get; }
    public DateTimeOffset PushedAt { get; }
    public long Size { get; }
    public string? ArtifactType { get; }
    public string? Subject { get; }

    /// <summary>The digests of the manifests that an index names.</summary>
    public IReadOnlyList<string> Children { get; }

    public IReadOnlyList<string> Layers { get; }
}
