using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.S3;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite;

/// <summary>What every step of this target is told: one site, its values looked up, and one artifact.</summary>
/// <param name="Key">The environment.</param>
/// <param name="Site">The settings with every value filled in.</param>
/// <param name="Reference">Where the artifact's bytes are.</param>
/// <param name="Digest">What they are.</param>
/// <param name="Keep">What last succeeded, which prune leaves alone.</param>
internal sealed record StaticSiteInputs(EnvironmentKey Key, StaticSiteSettings Site, string Reference, Digest Digest, IReadOnlyList<Digest> Keep)
{
    public SitePlace PlaceIn(AwsScope scope) => new(new S3Bucket(scope, Site.Bucket), Site.Folder);

    public static StaticSiteInputs Read(JsonObject inputs) => new(
        new EnvironmentKey(Settings.RequiredText(inputs, "application"), Settings.RequiredText(inputs, "environment")),
        StaticSiteSettings.Read(inputs),
        Settings.RequiredText(inputs, "reference"),
        Digest.Parse(Settings.RequiredText(inputs, "digest")),
        [.. Settings.List(inputs, "keep").Select(Digest.Parse)]);

    public JsonObject ToJson()
    {
        var json = Site.ToJson();
        json["application"] = Key.Application;
        json["environment"] = Key.Environment;
        json["reference"] = Reference;
        json["digest"] = Digest.Value;
        json["keep"] = Settings.ToJson(Keep.Select(digest => digest.Value));
        return json;
    }
}

/// <summary>A site's place: a bucket, and a folder in it.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Folder">Empty, or ending with a slash.</param>
internal sealed record SitePlace(S3Bucket Bucket, string Folder)
{
    /// <summary>Below it lies what Towpath remembers of the site.</summary>
    public const string OwnFolder = ".towpath/";

    public string Manifest => Folder + OwnFolder + "manifest.json";

    public string KeyOf(string path) => Folder + path;

    public string PackOf(PackName pack) => $"{Folder}{OwnFolder}releases/{pack.Number:D6}-{pack.Digest.Short}.zip";

    public override string ToString() => $"s3://{Bucket}/{Folder}";
}

/// <summary>Names the bytes of pages that a release brought.</summary>
internal readonly record struct PackName(long Number, Digest Digest);
