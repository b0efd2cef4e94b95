using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.StaticSite.Manifests;

/// <summary>
/// Removes what no kept release has, once it has been out of use for long enough. Only ever a step of a deployment, so that no other one adds meanwhile
/// what is about to go.
/// </summary>
internal sealed class SitePruning(S3Client s3, ManifestStore manifests, TimeProvider time)
{
    private const int Batch = 1000;

    /// <summary>A deployment does not wait for more; the manifest remembers the rest for the next one.</summary>
    public const int Most = 10 * Batch;

    /// <param name="place">The site.</param>
    /// <param name="site">Says what stays.</param>
    /// <param name="keep">What stays besides.</param>
    /// <param name="ensureOwned">Asked before each change; throws where the deployment is somebody else's by now.</param>
    /// <param name="cancellationToken">Stops between two changes.</param>
    /// <returns>How many objects were removed.</returns>
    public async Task<int> PruneAsync(
        SitePlace place, StaticSiteSettings site, IReadOnlyCollection<Digest> keep, Func<CancellationToken, Task> ensureOwned, CancellationToken cancellationToken)
    {
        var seen = await manifests.ReadAsync(place, cancellationToken);
        LargeSites.TidyUp(seen.Manifest.Files.Count);
        if (Decide(seen.Manifest, site, keep, time.GetUtcNow()) is not { } decided) return 0;
        await ensureOwned(cancellationToken);
        // Written first: what the manifest has is relied on, and what is doomed is found again after a kill.
        if (!ReferenceEquals(decided, seen.Manifest)) seen = await manifests.WriteAsync(place, seen, decided, cancellationToken);
        var (assets, packs) = (decided.Doomed.Take(Most).ToList(), decided.DoomedPacks.Take(Most - Math.Min(Most, decided.Doomed.Count)).ToList());
        foreach (var keys in assets.Select(place.KeyOf).Concat(packs.Select(place.PackOf)).Chunk(Batch))
        {
            await ensureOwned(cancellationToken);
            await manifests.EnsureUnchangedAsync(place, seen, cancellationToken);
            await s3.DeleteAsync(place.Bucket, keys, cancellationToken);
        }

        await ensureOwned(cancellationToken);
        await manifests.WriteAsync(place, seen, decided with { Doomed = [.. decided.Doomed.Skip(assets.Count)], DoomedPacks = [.. decided.DoomedPacks.Skip(packs.Count)] }, cancellationToken);
        return assets.Count + packs.Count;
    }

    /// <returns>The manifest with what is to go as doomed; null where there is nothing to do.</returns>
    public static SiteManifest? Decide(SiteManifest manifest, StaticSiteSettings site, IReadOnlyCollection<Digest> keep, DateTimeOffset now)
    {
        // A release under way counts on what it saw.
        if (manifest.Changing is not null) return null;
        var releases = manifest.Releases;
        var kept = releases.Where((r, i) => i >= releases.Count - site.KeepReleases || keep.Contains(r.Digest) || now - releases[i + 1].At <= site.PruneAfter).ToList();
        var gone = manifest.Left.Where(l => now - l.Value.Since > site.PruneAfter && !kept.Any(r => l.Value.File.Number <= r.Number && r.Number <= l.Value.Last)).Select(l => l.Key).ToHashSet(StringComparer.Ordinal);
        if (gone.Count == 0 && kept.Count == releases.Count) return manifest.Doomed.Count + manifest.DoomedPacks.Count == 0 ? null : manifest;
        var packs = kept.SelectMany(PacksOf).ToHashSet();
        return manifest with
        {
            Releases = kept,
            Left = manifest.Left.Where(l => !gone.Contains(l.Key)).ToDictionary(StringComparer.Ordinal),
            Doomed = [.. manifest.Doomed.Concat(gone).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            DoomedPacks = [.. manifest.DoomedPacks.Concat(releases.SelectMany(PacksOf)).Distinct().Where(pack => !packs.Contains(pack))],
        };
    }

    private static IEnumerable<PackName> PacksOf(KeptRelease release) => release.Packs.Append(new PackName(release.Number, release.Digest));
}
