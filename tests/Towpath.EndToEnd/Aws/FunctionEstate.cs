using System.IO.Compression;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Lambda;
using Towpath.AwsEmulator.S3;

namespace Towpath.EndToEnd.Aws;

/// <summary>A function as infrastructure made it, a bucket of its environment, zips in a shared bucket, and the spec that deploys by names from parameters.</summary>
internal static class FunctionEstate
{
    public const string Version = "/resize/dev/version";
    private const string Name = "resize";
    private const string Shared = "shared-artifacts";

    public static async Task<AwsScene> StartAsync()
    {
        var scene = await AwsScene.StartAsync();
        S3(scene).AddBucket("acme-resize-dev");
        S3(scene).AddBucket(Shared);
        scene.Put("/resize/dev/function-name", Name);
        scene.Put("/resize/dev/code-bucket", "acme-resize-dev");
        Build(scene, "sha-abc1111", "exports.handler = 1");
        Build(scene, "sha-abc1234", "exports.handler = 2");
        scene.WriteSpec(Name, Spec(""));
        scene.Emulator.Estate().Change(estate =>
        {
            var lambda = estate.In(AwsScene.Account, AwsScene.Region).Lambda;
            var function = new Function(Name, lambda.ArnOf(Name), new JsonObject { ["MemorySize"] = 128, ["Description"] = "" });
            function.Latest.Load(Zip("infrastructure's own"));
            function.Latest.BeActive();
            lambda.Add(function);
        });
        return scene;
    }

    /// <param name="more">Further lines of the environment.</param>
    public static string Spec(string more) => $$"""
        name: {{Name}}
        artifact: { kind: function, source: "s3://{{Shared}}/builds/{slug}/{version}.zip" }
        environments:
          dev:
            target:
              kind: lambda
              region: us-east-1
              function: ssm:/resize/dev/function-name
              bucket: ssm:/resize/dev/code-bucket
              alias: live
              version_parameter: {{Version}}
        {{more}}

        """;

    /// <summary>What callers of the alias get, how many versions were made, and what the parameter says.</summary>
    public static string State(AwsScene scene) => scene.Emulator.Estate().Look(estate =>
    {
        var function = estate.In(AwsScene.Account, AwsScene.Region).Lambda.Find(Name)!;
        var alias = function.Aliases.GetValueOrDefault("live");
        var weights = alias is null ? "" : string.Concat(alias.Weights.Select(w => $", {w.Value * 100:0} % {w.Key}"));
        return $"live is {alias?.Version ?? "not there"}{weights}; {function.Versions.Count} versions; the parameter says {scene.ValueOf(Version)}";
    });

    private static void Build(AwsScene scene, string version, string code) => S3(scene).Put(Shared, $"builds/{Name}/{version}.zip", Zip(code));

    private static S3State S3(AwsScene scene) => S3State.Of(scene.Emulator.State);

    private static byte[] Zip(string code)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry("index.js");
            entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var writer = new StreamWriter(entry.Open());
            writer.Write(code);
        }

        return buffer.ToArray();
    }
}
