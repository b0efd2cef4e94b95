using Towpath.Aws.StaticSite.Manifests;

namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>What a release consists of, by path: read from its zip, or from what its packs say.</summary>
/// <param name="Files">By path with slashes.</param>
/// <param name="Hashed">Paths that the build's own manifest lists as named by content.</param>
internal sealed record SiteContent(IReadOnlyDictionary<string, ContentFile> Files, IReadOnlySet<string> Hashed)
{
    public IEnumerable<string> Paths => Files.Keys;

    /// <summary>Where the bytes are of a site that is too large to be held in memory.</summary>
    public UnpackedFiles? Unpacked { get; init; }
}

/// <param name="Sha256">Of its bytes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Md5">What S3 calls it where it was put there in one piece, in hexadecimal; null where nobody needs to know.</param>
internal sealed record ContentFile(ContentHash Sha256, long Size, string? Md5 = null)
{
    /// <summary>The bytes themselves, where the whole site is small enough to be held while it is deployed.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>Else where they begin in <see cref="SiteContent.Unpacked"/>.</summary>
    public long Offset { get; init; }
}
