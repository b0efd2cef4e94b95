using Towpath.Core.Operators;

namespace Towpath.Local;

/// <summary>What the targets of this machine need to know of the process they run in.</summary>
/// <param name="HostName">This machine's name, as <c>host:</c> in specs and the capability <c>host:NAME</c> spell it.</param>
/// <param name="HostRequired">Whether specs must say <c>host:</c>, since several machines share the work.</param>
/// <param name="Limits">What the operator allows.</param>
/// <param name="DataFolder">Where this process may keep files of its own.</param>
public sealed record LocalOptions(string HostName, bool HostRequired, OperatorLimits Limits, string DataFolder)
{
    public SiteLimits Sites { get; init; } = new();
}

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
