using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecr.Repositories;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecr;

/// <summary>What images of Amazon ECR are (Amazon ECR API Reference, version 2015-09-21). Needs <c>ecr:BatchGetImage</c>, which whoever pulls has.</summary>
internal sealed class EcrClient(AwsCaller caller, RepositoryClient repositories)
{
    private const int MostImages = 100;

    /// <summary>What a tag or digest names: for an image of several platforms the index.</summary>
    public async Task<EcrLookup> FindAsync(AwsScope scope, EcrImage image, CancellationToken cancellationToken)
    {
        var id = new ImageIdentifier(image.Reference.Digest is null ? image.Reference.Tag ?? "latest" : null, image.Reference.Digest);
        try
        {
            if (await repositories.FindManifestAsync(scope, image.Repository, id, cancellationToken) is not { } found) return new EcrLookup.NoImage();
            var manifest = Parse(found.Manifest) ?? [];
            var platforms = PlatformsOf(manifest);
            return new EcrLookup.Found(found.Digest, await SizeAsync(scope, image, manifest, platforms, cancellationToken), platforms);
        }
        catch (AwsException e) when (e.Code == "RepositoryNotFoundException")
        {
            return new EcrLookup.NoRepository();
        }
    }

    /// <summary>The tags that were pushed last, newest first; empty where they cannot be read.</summary>
    public async Task<IReadOnlyList<string>> RecentTagsAsync(AwsScope scope, EcrImage image, int most, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await CallAsync(
                scope, "DescribeImages", new JsonObject { ["registryId"] = image.Repository.Account, ["repositoryName"] = image.Repository.Name, ["filter"] = new JsonObject { ["tagStatus"] = "TAGGED" }, ["maxResults"] = 1000 }, cancellationToken);
            return [.. answer.Items("imageDetails").OrderByDescending(d => d.Instant("imagePushedAt")).SelectMany(d => d.Texts("imageTags")).Take(most)];
        }
        catch (AwsException)
        {
            return [];
        }
    }

    /// <summary>The bytes of the layers, of all platforms.</summary>
    private async Task<long> SizeAsync(AwsScope scope, EcrImage image, JsonObject manifest, IReadOnlyList<string> platforms, CancellationToken cancellationToken)
    {
        if (platforms.Count == 0) return SizeOf(manifest);
        var found = await repositories.FindManifestsAsync(scope, image.Repository, [.. platforms.Take(MostImages).Select(digest => new ImageIdentifier(null, digest))], cancellationToken);
        return found.Sum(child => Parse(child.Manifest) is { } own ? SizeOf(own) : 0);
    }

    private static IReadOnlyList<string> PlatformsOf(JsonObject index) => [.. index.Items("manifests").Select(m => m.Text("digest")).OfType<string>().Distinct(StringComparer.Ordinal)];

    private static long SizeOf(JsonObject manifest) => manifest.Items("layers").Sum(layer => layer.Number("size") ?? 0) + (manifest.Member("config")?.Number("size") ?? 0);

    private static JsonObject? Parse(string manifest)
    {
        try
        {
            return JsonNode.Parse(Encoding.UTF8.GetBytes(manifest)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Task<JsonObject> CallAsync(AwsScope scope, string operation, JsonObject input, CancellationToken cancellationToken) =>
        caller.CallAsync(scope, new AwsJson.JsonOperation(AwsService.Ecr, "AmazonEC2ContainerRegistry_V20150921", operation), input, cancellationToken);
}

internal abstract record EcrLookup
{
    /// <param name="Digest">The index's, for an image of several platforms.</param>
    /// <param name="Size">The bytes of the layers.</param>
    /// <param name="Platforms">The digests that an index names.</param>
    public sealed record Found(Digest Digest, long Size, IReadOnlyList<string> Platforms) : EcrLookup;

    public sealed record NoImage : EcrLookup;

    public sealed record NoRepository : EcrLookup;
}
