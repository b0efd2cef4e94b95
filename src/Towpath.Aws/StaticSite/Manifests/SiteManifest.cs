using System.Text.Json.Serialization;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.StaticSite.Manifests;

/// <summary>
/// What Towpath knows of a site, kept in its bucket as <c>.towpath/manifest.json</c>: what the site is, what a deployment is about to change, and
/// what is still there of earlier releases. Written by compare-and-set, and before anything else is.
/// </summary>
internal sealed record SiteManifest
{
    public const int CurrentFormat = 1;

    public static SiteManifest Empty { get; } = new();

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Counts the releases of this site; 0 before the first.</summary>
    public long Number { get; init; }

    /// <summary>The artifact that the site is; null before the first release.</summary>
    public Digest? Digest { get; init; }
    public string? Reference { get; init; }

    /// <summary>See <see cref="StaticSiteSettings.Rules"/>.</summary>
    public string? Rules { get; init; }

    /// <summary>Who made it so.</summary>
    public string? Deployment { get; init; }
    public DateTimeOffset? At { get; init; }

    /// <summary>The names that had other content before this release, or have none now: what caches must forget.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>A release under way, or one that broke off: of its files nobody knows whether they are there.</summary>
    public ChangingRelease? Changing { get; init; }

    /// <summary>The releases whose assets stay, oldest first, this one among them.</summary>
    public IReadOnlyList<KeptRelease> Releases { get; init; } = [];

    /// <summary>The site, by path.</summary>
    public IReadOnlyDictionary<string, SiteFile> Files { get; init; } = new Dictionary<string, SiteFile>(StringComparer.Ordinal);

    /// <summary>Assets of earlier releases that are still there.</summary>
    public IReadOnlyDictionary<string, LeftFile> Left { get; init; } = new Dictionary<string, LeftFile>(StringComparer.Ordinal);

    /// <summary>What is to be deleted: nobody relies on it any more.</summary>
    public IReadOnlyList<string> Doomed { get; init; } = [];

    /// <summary>Packs that are to be deleted: no kept release has pages in them.</summary>
    public IReadOnlyList<PackName> DoomedPacks { get => field ?? []; init; } = [];

    /// <summary>Whether the site is this artifact under these rules, whole.</summary>
    public bool Is(Digest digest, string rules) => Changing is null && Digest == digest && string.Equals(Rules, rules, StringComparison.Ordinal);
}

/// <param name="Sha256">Of the file as it is in the zip.</param>
/// <param name="Size">Of the file as it is in the zip, in bytes.</param>
/// <param name="Type">The media type.</param>
/// <param name="Number">The release that brought it; for pages it names the pack that has the bytes.</param>
internal sealed record SiteFile(ContentHash Sha256, long Size, [property: JsonConverter(typeof(RepeatedTextJsonConverter))] string Type, long Number)
{
    /// <summary>Its name tells its content, so that browsers may keep it for ever.</summary>
    public bool Immutable { get; init; }

    /// <summary>Its name looks so, but has stood for other bytes.</summary>
    public bool Mixed { get; init; }

    /// <summary>How the stored bytes were made of the file, such as <c>br</c>.</summary>
    [JsonConverter(typeof(RepeatedTextJsonConverter))]
    public string? Encoding { get; init; }

    /// <summary>Whether the same bytes stand there under the same headers.</summary>
    public bool IsSameAs(SiteFile other) =>
        Sha256 == other.Sha256 && Size == other.Size && Immutable == other.Immutable && Encoding == other.Encoding && string.Equals(Type, other.Type, StringComparison.Ordinal);
}

/// <param name="Last">The last release that had it.</param>
/// <param name="Since">When the site stopped using it.</param>
internal sealed record LeftFile(SiteFile File, long Last, DateTimeOffset Since);

/// <param name="Deployment">Who is at it.</param>
/// <param name="Files">What is being written.</param>
/// <param name="Removed">Names that the site will not have any more.</param>
/// <param name="Changed">What <see cref="SiteManifest.Changed"/> will be.</param>
internal sealed record ChangingRelease(
    long Number, Digest Digest, string Deployment, DateTimeOffset Since, IReadOnlyDictionary<string, SiteFile> Files, IReadOnlyList<string> Removed, IReadOnlyList<string> Changed)
{
    /// <summary>Files whose bytes were there before Towpath was, and lack only its headers: by path, the ETag that was seen.</summary>
    public IReadOnlyDictionary<string, string> Found { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <param name="Packs">The releases whose packs hold bytes of its pages.</param>
internal sealed record KeptRelease(long Number, Digest Digest, string Reference, DateTimeOffset At, IReadOnlyList<PackName> Packs);

/// <summary>What a pack says of the release that it was made for.</summary>
internal sealed record PackedRelease(long Number, Digest Digest, string Rules, IReadOnlyDictionary<string, SiteFile> Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SiteManifest))]
[JsonSerializable(typeof(PackedRelease))]
internal sealed partial class SiteJson : JsonSerializerContext;
