using Towpath.Core.Artifacts;

namespace Towpath.Local.Serving;

/// <summary>What <c>/.well-known/towpath</c> says of a site.</summary>
/// <param name="Application">The application's name.</param>
/// <param name="Environment">The environment's name.</param>
/// <param name="Digest">What is served; null before the first deployment.</param>
/// <param name="Release">The release's name.</param>
/// <param name="Since">When it was switched to.</param>
internal sealed record SiteStatus(string Application, string Environment, Digest? Digest, string? Release, DateTimeOffset? Since)
{
    public const string Path = "/.well-known/towpath";
}
