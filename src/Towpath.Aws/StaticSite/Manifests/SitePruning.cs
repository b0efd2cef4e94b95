using Towpath.Aws.S3;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.StaticSite.Manifests;

/// <summary>Removes what no kept release has, once it has been out of use for long enough.</summary>
internal sealed class SitePruning(S3Client s3, ManifestStore manifests, TimeProvider time)
{
    /// <returns>How many objects were removed.</returns>
    public async Task<int> PruneAsync(SitePlace place, StaticSiteSettings site, IReadOnlyCollection<Digest> keep, CancellationToken cancellationToken)
    {
        var seen = await manifests.ReadAsync(place, cancellationToken);
        if (Decide(seen.Manifest, site, keep, time.GetUtcNow()) is not { } decided) return 0;
        // Written first: what the manifest has is relied on.
        seen = await manifests.WriteAsync(place, seen, decided.Manifest, cancellationToken);
        var keys = decided.Manifest.Doomed.Select(place.KeyOf).Concat(decided.Packs.Select(place.PackOf)).ToList();
        await s3.DeleteAsync(place.Bucket, keys, cancellationToken);
        await manifests.WriteAsync(place, seen, seen.Manifest with { Doomed = [] }, cancellationToken);
        return keys.Count;
    }

    /// <returns>Null where there is nothing to do.</returns>
    public static Pruned? Decide(SiteManifest manifest, StaticSiteSettings site, IReadOnlyCollection<Digest> keep, DateTimeOffset now)
    {
        // A release under way counts on what it saw.
        if (manifest.Changing is not null) return null;
        var releases = manifest.Releases;
        var kept = releases.Where((r, i) => i >= releases.Count - site.KeepReleases || keep.Contains(r.Digest) || now - releases[i + 1].At <= site.PruneAfter).ToList();
        var gone = manifest.Left.Where(l => now - l.Value.Since > site.PruneAfter && !kept.Any(r => l.Value.File.Number <= r.Number && r.Number <= l.Value.Last)).Select(l => l.Key).ToHashSet(StringComparer.Ordinal);
        if (gone.Count == 0 && kept.Count == releases.Count && manifest.Doomed.Count == 0) return null;
        var packs = kept.SelectMany(PacksOf).ToHashSet();
        return new Pruned(
            manifest with
            {
                Releases = kept,
                Left = manifest.Left.Where(l => !gone.Contains(l.Key)).ToDictionary(StringComparer.Ordinal),
                Doomed = [.. manifest.Doomed.Concat(gone).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            },
            [.. releases.SelectMany(PacksOf).Distinct().Where(pack => !packs.Contains(pack))]);
    }

    private static IEnumerable<PackName> PacksOf(KeptRelease release) => release.Packs.Append(new PackName(release.Number, release.Digest));
}

/// <param name="Manifest">With what is to go as doomed.</param>
/// <param name="Packs">What nobody refers to any more.</param>
internal sealed record Pruned(SiteManifest Manifest, IReadOnlyList<PackName> Packs);
