using Towpath.Aws.StaticSite.Manifests;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite;

/// <summary>Prunes a site's assets after a deployment has ended.</summary>
internal sealed class StaticSiteRetention(StaticSiteLooks looks, SitePruning pruning) : ITargetRetention
{
    public string Kind => StaticSiteSettings.Kind;

    public async Task PruneAsync(EnvironmentKey key, TargetSpec target, IReadOnlyList<Digest> keep, CancellationToken cancellationToken)
    {
        if (await looks.LookAsync(key, target, "prune", limits: null, cancellationToken) is SiteLook.Seen seen) await pruning.PruneAsync(seen.Place, seen.Site, keep, cancellationToken);
    }
}
