using System.Text;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>One request to a repository in the registry's own protocol.</summary>
internal sealed record RegistryRequest(string Method, string Repository, string Kind, string Reference, string? ContentType, string? Digest, string? Mount, byte[] Body)
{
    /// <summary>Null where the path means nothing.</summary>
    public static RegistryRequest? Read(HttpRequest request, string path, byte[] body)
    {
        foreach (var kind in new[] { "/manifests/", "/blobs/uploads", "/blobs/", "/tags/" })
        {
            if (path.LastIndexOf(kind, StringComparison.Ordinal) is not (> 0 and var at)) continue;
            return new RegistryRequest(
                request.Method, path[..at], kind.Trim('/'), path[(at + kind.Length)..].Trim('/'), request.ContentType, request.Query["digest"], request.Query["mount"], body);
        }
        return null;
    }

    public RegistryAnswer On(Repository repository) => (Method, Kind) switch
    {
        ("GET" or "HEAD", "manifests") => Manifest(repository),
        ("PUT", "manifests") => PutManifest(repository),
        ("GET" or "HEAD", "blobs") => Blob(repository),
        ("POST", "blobs/uploads") => BeginUpload(repository),
        ("PATCH", "blobs/uploads") => Append(repository),
        ("PUT", "blobs/uploads") => Complete(repository),
        ("GET", "tags") => Tags(repository),
        _ => RegistryAnswer.Error(405, "UNSUPPORTED", "The operation is unsupported."),
    };

    private RegistryAnswer Manifest(Repository repository) => repository.Find(Reference) is { } image
        ? new RegistryAnswer(200, Encoding.UTF8.GetBytes(image.Manifest), ("Content-Type", image.MediaType), ("Docker-Content-Digest", image.Digest))
        : RegistryAnswer.Error(404, "MANIFEST_UNKNOWN", "Requested image not found");

    private RegistryAnswer PutManifest(Repository repository)
    {
        var manifest = Encoding.UTF8.GetString(Body);
        if (JsonSyntax.Read(manifest) is not { } parsed) return RegistryAnswer.Error(400, "MANIFEST_INVALID", "manifest invalid");
        var digest = Ecr.Repository.DigestOf(manifest);
        var tag = Reference.StartsWith("sha256:", StringComparison.Ordinal) ? null : Reference;
        if (tag is null && Reference != digest) return RegistryAnswer.Error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        if (tag is not null && repository.Immutable && repository.Find(tag) is not null)
            return RegistryAnswer.Error(400, "TAG_INVALID", $"The image tag '{tag}' already exists in the '{repository.Name}' repository and cannot be overwritten because the repository is immutable.");
        try
        {
            ImageCalls.CheckParts(repository, parsed);
        }
        catch (AwsFault missing)
        {
            return RegistryAnswer.Error(404, "MANIFEST_BLOB_UNKNOWN", missing.Message);
        }
        repository.Put(manifest, ContentType ?? "application/vnd.docker.distribution.manifest.v2+json", tag);
        return RegistryAnswer.Empty(201, ("Docker-Content-Digest", digest), ("Location", $"/v2/{repository.Name}/manifests/{digest}"));
    }

    private RegistryAnswer Blob(Repository repository) => repository.Blobs.TryGetValue(Reference, out var bytes)
        ? new RegistryAnswer(200, bytes, ("Content-Type", "application/octet-stream"), ("Docker-Content-Digest", Reference))
        : RegistryAnswer.Error(404, "BLOB_UNKNOWN", "blob unknown to registry");

    /// <summary>A mount is answered with an upload, as ECR does unless mounting was switched on.</summary>
    private RegistryAnswer BeginUpload(Repository repository)
    {
        if (Mount is { } mounted && repository.Blobs.ContainsKey(mounted))
            return RegistryAnswer.Empty(201, ("Docker-Content-Digest", mounted), ("Location", $"/v2/{repository.Name}/blobs/{mounted}"));
        var id = repository.Uploads.Begin();
        return RegistryAnswer.Empty(202, ("Location", Upload(repository, id)), ("Docker-Upload-UUID", id), ("Range", "0-0"));
    }

    private RegistryAnswer Append(Repository repository) => repository.Uploads.Append(Reference, Body) is { } size
        ? RegistryAnswer.Empty(202, ("Location", Upload(repository, Reference)), ("Docker-Upload-UUID", Reference), ("Range", $"0-{size - 1}"))
        : NoUpload();

    private RegistryAnswer Complete(Repository repository)
    {
        repository.Uploads.Append(Reference, Body);
        return repository.Uploads.Complete(Reference, Digest ?? "") switch
        {
            null => NoUpload(),
            false => RegistryAnswer.Error(400, "DIGEST_INVALID", "provided digest did not match uploaded content"),
            true => RegistryAnswer.Empty(201, ("Docker-Content-Digest", Digest!), ("Location", $"/v2/{repository.Name}/blobs/{Digest}")),
        };
    }

    private static RegistryAnswer Tags(Repository repository) => new(
        200, Encoding.UTF8.GetBytes(Estates.Json.Object(
            ("name", repository.Name),
            ("tags", Estates.Json.Texts(repository.Images.SelectMany(image => repository.TagsOf(image.Digest)).Order(StringComparer.Ordinal)))).ToJsonString()),
        ("Content-Type", "application/json"));

    private static string Upload(Repository repository, string id) => $"/v2/{repository.Name}/blobs/uploads/{id}";

    private static RegistryAnswer NoUpload() => RegistryAnswer.Error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
}
