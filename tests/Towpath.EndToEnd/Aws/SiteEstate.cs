using System.IO.Compression;
using Towpath.AwsEmulator.CloudFront;
using Towpath.AwsEmulator.S3;

namespace Towpath.EndToEnd.Aws;

/// <summary>An empty bucket behind a distribution, zips in a shared bucket, and the spec that deploys from one to the other by names from parameters.</summary>
internal static class SiteEstate
{
    public const string Key = "/docs/dev/artifact-key";
    private const string Bucket = "docs-dev";
    private const string Shared = "shared-artifacts";

    public static async Task<AwsScene> StartAsync()
    {
        var scene = await AwsScene.StartAsync();
        S3(scene).AddBucket(Bucket);
        S3(scene).AddBucket(Shared);
        var distribution = scene.Emulator.State.Of<CloudFrontState>().AddDistribution(Bucket);
        scene.Put("/docs/dev/website-bucket-name", Bucket);
        scene.Put("/docs/dev/cloudfront-distribution-id", distribution);
        Build(scene, "sha-abc1111", "good one");
        Build(scene, "sha-abc1234", "good two");
        scene.WriteSpec("docs", Spec(""));
        return scene;
    }

    /// <param name="more">Further lines of the environment.</param>
    public static string Spec(string more) => $$"""
        name: docs
        artifact: { kind: static-site, source: "s3://{{Shared}}/builds/{slug}/{version}.zip" }
        environments:
          dev:
            target:
              kind: static-site
              region: us-east-1
              bucket: ssm:/docs/dev/website-bucket-name
              distribution: ssm:/docs/dev/cloudfront-distribution-id
              key_parameter: {{Key}}
        {{more}}

        """;

    public static S3State S3(AwsScene scene) => S3State.Of(scene.Emulator.State);

    public static void Build(AwsScene scene, string version, string page)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (path, text) in (ReadOnlySpan<(string, string)>)[("index.html", page), ("about.html", "about"), ("app.js", $"// {page}")])
            {
                var entry = zip.CreateEntry(path);
                entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var writer = new StreamWriter(entry.Open());
                writer.Write(text);
            }
        S3(scene).Put(Shared, $"builds/docs/{version}.zip", buffer.ToArray());
    }

    /// <summary>What a visitor is served, and what the parameter says.</summary>
    public static string State(AwsScene scene)
    {
        var pages = S3(scene).KeysOf(Bucket).Where(k => !k.StartsWith('.')).Select(k => $"{k} '{S3(scene).TextOf(Bucket, k)}'");
        var invalidations = scene.Emulator.State.Of<CloudFrontState>().InvalidatedPaths(scene.ValueOf("/docs/dev/cloudfront-distribution-id")!).Count;
        return $"{string.Join(", ", pages)}; {invalidations} invalidations; the parameter says {scene.ValueOf(Key)}";
    }
}
