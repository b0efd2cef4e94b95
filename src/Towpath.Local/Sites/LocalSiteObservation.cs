using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Local.Sites;

/// <summary>What a local site serves, as its folder says.</summary>
internal static class LocalSiteObservation
{
    public static async Task<Observation> OfAsync(TargetLook look, SiteSettings settings, SiteFolder folder, CancellationToken cancellationToken)
    {
        if (folder.ReadLink() is not { } link) return new Observation { Health = TargetHealth.Nothing, Summary = $"{settings.Url} serves nothing yet" };
        if (folder.ReleaseOfLink(link) is not { } release || await ReleaseManifest.ReadAsync(release, cancellationToken) is not { } manifest)
            return new Observation { Health = TargetHealth.Unhealthy, Summary = $"{settings.Url} points to '{link}', which is no whole release; deploy again" };
        var record = await SwitchRecord.ReadAsync(folder, cancellationToken);
        return new Observation
        {
            Health = TargetHealth.Healthy,
            Summary = $"{settings.Url} serves {manifest.Digest.Short}",
            Artifacts = [new Artifact(look.Artifacts is [var only] ? only.Name : Artifact.DefaultName, ArtifactKind.StaticSite, folder.Artifact(manifest.Digest), manifest.Digest)],
            Since = record?.Digest == manifest.Digest ? record.Since : null,
        };
    }
}
