using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towpath.Aws.Steps;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite;

/// <summary>What <c>target: { kind: static-site, … }</c> says. Values that begin with <c>ssm:</c> are not looked up yet.</summary>
public sealed partial record StaticSiteSettings
{
    public const string Kind = "static-site";
    private const int DefaultReleases = 3;

    public static Rule.Mapping Grammar { get; } = new(
        PlaceKeys.Region,
        PlaceKeys.Role,
        new Key("bucket", PlaceKeys.OrParameter("a bucket's name", PlaceKeys.IsBucket), "The bucket that the site is served from.", Required: true),
        new Key("distribution", PlaceKeys.OrParameter("the id of a CloudFront distribution", IsDistribution), "The CloudFront distribution before it, which is told of the names that changed."),
        new Key("key_parameter", PlaceKeys.Parameter, "Written with the artifact's key after each deployment."),
        new Key("prefix", new Rule.Text(Expected: "a folder such as docs or sites/docs") { Accepts = text => FolderName().IsMatch(text) }, "The folder within the bucket; its root if left out."),
        new Key("immutable", new Rule.ListOf(new Rule.Text(), OrOne: true), "Paths whose names change with their content, such as `_app/immutable/**`, beside those whose names show it. Browsers keep them for a year."),
        new Key("manifest", new Rule.Text(), "A build manifest within the zip, such as `.vite/manifest.json`, that lists such paths."),
        new Key("compress", new Rule.ListOf(new Rule.Text(OneOf: ["br", "gzip"]), OrOne: true), "Also stores compressed variants of text beside the files, as `NAME.br` and `NAME.gz`, for whatever chooses among them."),
        new Key("keep_releases", new Rule.Number(1, 100), "How many releases' assets stay for browsers that still have an older page. Default 3."),
        new Key("prune_after", new Rule.Duration(), "How long assets stay that no release has any more. Default `1d`."));

    public required AwsPlace Place { get; init; }
    public required string Bucket { get; init; }
    public string? DistributionId { get; init; }
    public string? KeyParameter { get; init; }

    /// <summary>Empty, or ending with a slash.</summary>
    public string Folder { get; init; } = "";
    public IReadOnlyList<string> Immutable { get; init; } = [];
    public string? BuildManifest { get; init; }
    public IReadOnlyList<string> Compress { get; init; } = [];
    public int KeepReleases { get; init; } = DefaultReleases;
    public TimeSpan PruneAfter { get; init; } = TimeSpan.FromDays(1);

    public static bool IsDistribution(string text) => DistributionName().IsMatch(text);

    /// <summary>The values that may have to be looked up, by key.</summary>
    public IReadOnlyDictionary<string, string> Values => DistributionId is null
        ? new Dictionary<string, string>(StringComparer.Ordinal) { ["bucket"] = Bucket }
        : new Dictionary<string, string>(StringComparer.Ordinal) { ["bucket"] = Bucket, ["distribution"] = DistributionId };

    /// <summary>
    /// Stands for everything in the settings that decides names and headers: a site that was written by other rules is written again,
    /// though its artifact be the same.
    /// </summary>
    public string Rules => Digest.Of(string.Join('\n', ["1", .. Immutable, $"manifest={BuildManifest}", .. Compress])).Short;

    public static StaticSiteSettings Read(TargetSpec target) => Read(target.Settings);

    /// <summary>From settings or from a step's inputs: both keep them under the same keys.</summary>
    public static StaticSiteSettings Read(JsonObject settings) => new()
    {
        Place = AwsPlace.Read(settings),
        Bucket = Settings.RequiredText(settings, "bucket"),
        DistributionId = Settings.Text(settings, "distribution"),
        KeyParameter = Settings.Text(settings, "key_parameter"),
        Folder = Settings.Text(settings, "prefix") is { } prefix ? prefix.Trim('/') + "/" : "",
        Immutable = Settings.List(settings, "immutable"),
        BuildManifest = Settings.Text(settings, "manifest"),
        Compress = Settings.List(settings, "compress"),
        KeepReleases = checked((int)(Settings.Number(settings, "keep_releases") ?? DefaultReleases)),
        PruneAfter = Settings.Seconds(settings, "prune_after", TimeSpan.FromDays(1)),
    };

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["bucket"] = Bucket };
        Place.WriteTo(json);
        if (DistributionId is not null) json["distribution"] = DistributionId;
        if (KeyParameter is not null) json["key_parameter"] = KeyParameter;
        if (Folder.Length > 0) json["prefix"] = Folder.TrimEnd('/');
        if (Immutable.Count > 0) json["immutable"] = Settings.ToJson(Immutable);
        if (BuildManifest is not null) json["manifest"] = BuildManifest;
        if (Compress.Count > 0) json["compress"] = Settings.ToJson(Compress);
        json["keep_releases"] = KeepReleases;
        json["prune_after"] = (long)PruneAfter.TotalSeconds;
        return json;
    }

    [GeneratedRegex(@"\A[A-Z0-9]{6,20}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DistributionName();

    [GeneratedRegex(@"\A(?!\.towpath(/|\z))[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FolderName();
}
