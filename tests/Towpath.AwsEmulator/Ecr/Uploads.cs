using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>Layers on their way into a repository.</summary>
public sealed class Uploads(Repository repository)
{
    private readonly Dictionary<string, MemoryStream> _open = new(StringComparer.Ordinal);

    public string Begin()
    {
        var id = Ids.Uuid();
        _open[id] = new MemoryStream();
        return id;
    }

    /// <summary>Appends bytes; the size so far, or null where there is no such upload.</summary>
    public long? Append(string id, ReadOnlySpan<byte> bytes)
    {
        if (!_open.TryGetValue(id, out var upload)) return null;
        upload.Write(bytes);
        return upload.Length;
    }

    /// <summary>Ends an upload whose bytes must have the digest; false where they have another, null where there is no such upload.</summary>
    public bool? Complete(string id, string digest)
    {
        if (!_open.Remove(id, out var upload)) return null;
        var bytes = upload.ToArray();
        upload.Dispose();
        if (digest != "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes))) return false;
        repository.Blobs[digest] = bytes;
        return true;
    }
}

/// <summary>Calls that upload layers.</summary>
internal static class UploadCalls
{
    public static JsonObject Initiate(Region region, JsonObject input) =>
        Json.Object(("uploadId", EcrFaults.Repository(region, input).Uploads.Begin()), ("partSize", 10 * 1024 * 1024));

    public static JsonObject Part(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var id = input.Text("uploadId") ?? "";
        var size = repository.Uploads.Append(id, Convert.FromBase64String(input.Text("layerPartBlob") ?? "")) ?? throw NotFound(id);
        return RepositoryCalls.Answer(repository, ("uploadId", id), ("lastByteReceived", size - 1));
    }

    public static JsonObject Complete(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var (id, digest) = (input.Text("uploadId") ?? "", input.Strings("layerDigests") is [var one, ..] ? one : "");
        if (repository.Blobs.ContainsKey(digest))
            throw new AwsFault("LayerAlreadyExistsException", $"Layer already exists with digest '{digest}' in the repository with name '{repository.Name}'");
        if (repository.Uploads.Complete(id, digest) is not { } matches) throw NotFound(id);
        if (!matches) throw new AwsFault("InvalidLayerException", "Layer part digest mismatch");
        return RepositoryCalls.Answer(repository, ("uploadId", id), ("layerDigest", digest));
    }

    private static AwsFault NotFound(string id) => new("UploadNotFoundException", $"The upload with id '{id}' does not exist.");
}
