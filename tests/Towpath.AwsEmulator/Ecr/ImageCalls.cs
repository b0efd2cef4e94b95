using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>Calls about images.</summary>
internal static class ImageCalls
{
    private const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";

    public static JsonObject BatchGet(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var asked = input.Items("imageIds").Select(id => ImageId.Find(repository, id)).ToList();
        return Json.Object(
            ("images", Json.Array(asked.Where(each => each.Image is not null).Select(each => Write(repository, each.Image!, each.Id.Text("imageTag"))))),
            ("failures", Json.Array(asked.Where(each => each.Image is null).Select(each => each.Failure!))));
    }

    public static JsonObject Describe(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var images = input["imageIds"] is JsonArray { Count: > 0 }
            ? input.Items("imageIds").Select(id => ImageId.Find(repository, id).Image ?? throw NotFound(repository, id)).Distinct()
            : repository.Images.Where(image => Wanted(input, repository.TagsOf(image.Digest).Count > 0));
        var (page, next) = Pages.Of([.. images], input, 100);
        return Json.Object(("imageDetails", Json.Array(page.Select(image => Detail(repository, image)))), ("nextToken", next));
    }

    public static JsonObject List(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var ids = repository.Images.SelectMany(image => repository.TagsOf(image.Digest) is { Count: > 0 } tags
            ? tags.Select(tag => (image.Digest, Tag: (string?)tag))
            : [(image.Digest, null)]).Where(id => Wanted(input, id.Tag is not null)).ToList();
        var (page, next) = Pages.Of(ids, input, 100);
        return Json.Object(
            ("imageIds", Json.Array(page.Select(id => Json.Object(("imageDigest", id.Digest), ("imageTag", id.Tag))))), ("nextToken", next));
    }

    public static JsonObject Put(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var manifest = input.Text("imageManifest") ?? "";
        if (JsonSyntax.Read(manifest) is not { } parsed) throw EcrFaults.Invalid("'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'");
        var digest = Repository.DigestOf(manifest);
        var tag = input.Text("imageTag");
        if (input.Text("imageDigest") is { } said && said != digest)
            throw new AwsFault("ImageDigestDoesNotMatchException", "The specified image digest does not match the digest that Amazon ECR calculated for the image.");
        Refuse(repository, tag, digest);
        CheckParts(repository, parsed);
        var image = repository.Put(manifest, input.Text("imageManifestMediaType") ?? parsed.Text("mediaType") ?? Manifest, tag);
        return Json.Object(("image", Write(repository, image, tag)));
    }

    public static JsonObject BatchDelete(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        var (deleted, failures) = (new List<JsonNode>(), new List<JsonNode>());
        foreach (var (id, image, failure) in input.Items("imageIds").Select(id => ImageId.Find(repository, id)).ToList())
        {
            if (image is null) failures.Add(failure!);
            else if (id.Text("imageTag") is null && repository.IndexOf(image.Digest) is { } index) failures.Add(ImageId.Referenced(id, image, index));
            else deleted.AddRange(Delete(repository, id, image));
        }
        return Json.Object(("imageIds", Json.Array(deleted)), ("failures", Json.Array(failures)));
    }

    public static JsonObject CheckLayers(Region region, JsonObject input)
    {
        var repository = EcrFaults.Repository(region, input);
        return Json.Object(
            ("layers", Json.Array(input.Strings("layerDigests").Select(digest => Json.Object(
                ("layerDigest", digest), ("layerAvailability", repository.HasLayer(digest) ? "AVAILABLE" : "UNAVAILABLE"))))),
            ("failures", new JsonArray()));
    }

    /// <summary>What a manifest or an index names must be in the repository.</summary>
    internal static void CheckParts(Repository repository, JsonObject manifest)
    {
        foreach (var child in manifest.Items("manifests").Select(child => child.Text("digest") ?? ""))
            if (repository.Find(child) is null) throw new AwsFault("ReferencedImagesNotFoundException", $"The image requires an image that does not exist: {child}");
        foreach (var layer in manifest.Items("layers").Append(manifest.Member("config")).Select(layer => layer?.Text("digest")))
            if (layer is not null && !repository.HasLayer(layer))
                throw new AwsFault("LayersNotFoundException", $"Layers with digests '[{layer}]' required for pushing image into repository with name '{repository.Name}' in the registry with id '{repository.Registry.Region.Account}' do not exist");
    }

    /// <summary>An immutable tag is taken for every push, of the same image too.</summary>
    internal static void Refuse(Repository repository, string? tag, string digest)
    {
        var taken = tag is null ? null : repository.Find(tag);
        if (taken is not null && repository.Immutable)
            throw new AwsFault("ImageTagAlreadyExistsException", $"The image tag '{tag}' already exists in the '{repository.Name}' repository and cannot be overwritten because the tag is immutable.");
        if (taken?.Digest == digest)
            throw new AwsFault("ImageAlreadyExistsException", $"Image with digest '{digest}' and tag '{tag}' already exists in the repository with name '{repository.Name}' in registry with id '{repository.Registry.Region.Account}'");
        if (tag is null && repository.Find(digest) is not null)
            throw new AwsFault("ImageAlreadyExistsException", $"Image with digest '{digest}' and tag 'null' already exists in the repository with name '{repository.Name}' in registry with id '{repository.Registry.Region.Account}'");
    }

    private static IEnumerable<JsonNode> Delete(Repository repository, JsonObject id, StoredImage image)
    {
        var tags = id.Text("imageTag") is { } only ? [only] : repository.TagsOf(image.Digest);
        foreach (var tag in tags) repository.Untag(tag);
        if (repository.TagsOf(image.Digest).Count == 0) repository.Delete(image.Digest);
        if (tags.Count == 0) yield return Json.Object(("imageDigest", image.Digest));
        foreach (var tag in tags) yield return Json.Object(("imageDigest", image.Digest), ("imageTag", tag));
    }

    private static bool Wanted(JsonObject input, bool tagged) => (input.Member("filter")?.Text("tagStatus") ?? "ANY") switch
    {
        "TAGGED" => tagged,
        "UNTAGGED" => !tagged,
        _ => true,
    };

    private static JsonObject Write(Repository repository, StoredImage image, string? tag) => RepositoryCalls.Answer(
        repository,
        ("imageId", Json.Object(("imageDigest", image.Digest), ("imageTag", tag))),
        ("imageManifest", image.Manifest),
        ("imageManifestMediaType", image.MediaType));

    private static JsonObject Detail(Repository repository, StoredImage image) => RepositoryCalls.Answer(
        repository,
        ("imageDigest", image.Digest),
        ("imageTags", repository.TagsOf(image.Digest) is { Count: > 0 } tags ? Json.Texts(tags) : null),
        ("imageSizeInBytes", image.Size),
        ("imagePushedAt", Json.Epoch(image.PushedAt)),
        ("imageManifestMediaType", image.MediaType),
        ("artifactMediaType", image.ArtifactType),
        ("subjectManifestDigest", image.Subject));

    private static AwsFault NotFound(Repository repository, JsonObject id) => new(
        "ImageNotFoundException",
        $"The image with imageId {{imageDigest:'{id.Text("imageDigest") ?? "null"}', imageTag:'{id.Text("imageTag") ?? "null"}'}} does not exist within the repository with name '{repository.Name}' in the registry with id '{repository.Registry.Region.Account}'");
}
