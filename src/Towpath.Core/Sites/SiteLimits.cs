namespace Towpath.Core.Sites;

/// <summary>Bounds that keep one bad artifact from filling the machine.</summary>
public sealed record SiteLimits
{
    /// <summary>The largest zip that is fetched, in bytes.</summary>
    public long MaximumArtifactBytes { get; init; } = 2L << 30;

    /// <summary>The most that a zip may unpack to, in bytes, counted while unpacking.</summary>
    public long MaximumUnpackedBytes { get; init; } = 2L << 30;

    public int MaximumEntries { get; init; } = 200_000;

    /// <summary>How many bytes one compressed byte of an entry may become, once the entry is longer than <see cref="RatioFreeBytes"/>.</summary>
    public long MaximumRatio { get; init; } = 1000;

    public long RatioFreeBytes { get; init; } = 1 << 20;

    /// <summary>How long a site may take until it serves what was switched to.</summary>
    public TimeSpan ObserveWithin { get; init; } = TimeSpan.FromSeconds(60);
}
