using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Local.Sites;

/// <summary>Prunes a site's releases after a deployment has ended.</summary>
internal sealed class LocalSiteRetention(LocalSiteReleases releases) : ITargetRetention
{
    public string Kind => SiteSettings.Kind;

    public Task PruneAsync(EnvironmentKey key, TargetSpec target, IReadOnlyList<Digest> keep, CancellationToken cancellationToken) =>
        releases.PruneAsync(SiteSettings.Read(key, target), keep, LocalSiteReleases.DefaultNewest, cancellationToken);
}
