using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecr;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Tests.Ecr;

/// <summary>Images for tests.</summary>
internal static class EcrScene
{
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    public const string IndexType = "application/vnd.oci.image.index.v1+json";

    /// <summary>Puts an image straight into a repository of the emulator's own account, made where it is missing.</summary>
    public static string Seed(Emulator emulator, string repository, string? tag, string content) => emulator.Estate().Look(estate =>
    {
        var registry = estate.In(emulator.Options.Account, emulator.Options.Region).Ecr;
        var target = registry.Find(repository) ?? registry.Create(repository, "IMMUTABLE")!;
        return EcrSeed.Image(target, tag, content).Digest;
    });

    public static string Manifest(string layer, int size) => new JsonObject
    {
        ["schemaVersion"] = 2, ["mediaType"] = ManifestType,
        ["config"] = new JsonObject { ["mediaType"] = "application/vnd.oci.image.config.v1+json", ["digest"] = layer, ["size"] = size },
        ["layers"] = new JsonArray(new JsonObject { ["mediaType"] = "application/vnd.oci.image.layer.v1.tar", ["digest"] = layer, ["size"] = size }),
    }.ToJsonString();

    public static string Index(params string[] manifests) => new JsonObject
    {
        ["schemaVersion"] = 2, ["mediaType"] = IndexType,
        ["manifests"] = new JsonArray([.. manifests.Select(digest => new JsonObject { ["mediaType"] = ManifestType, ["digest"] = digest, ["size"] = 100 })]),
    }.ToJsonString();
}
