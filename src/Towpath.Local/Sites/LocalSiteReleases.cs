using Towpath.Core.Artifacts;

namespace Towpath.Local.Sites;

/// <summary>Removes what no rollback needs any more.</summary>
public sealed class LocalSiteReleases(LocalOptions options, ISiteFiles files, TimeProvider time)
{
    public const int DefaultNewest = 5;

    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    /// <summary>Keeps what is served, what the caller names, and the newest releases. Zips stay as long as their release.</summary>
    /// <param name="settings">The site.</param>
    /// <param name="keep">The known good digest, and what an active deployment is about to serve.</param>
    /// <param name="newest">How many of the newest to keep besides.</param>
    /// <param name="cancellationToken">Stops between two releases.</param>
    /// <returns>The names of the releases that were removed.</returns>
    /// <exception cref="IOException">The disk failed; call again later.</exception>
    public async Task<IReadOnlyList<string>> PruneAsync(
        SiteSettings settings, IReadOnlyCollection<Digest> keep, int newest = DefaultNewest, CancellationToken cancellationToken = default)
    {
        if (LocalSiteTarget.FolderOf(settings, options.Limits) is not { } folder || !Directory.Exists(folder.Releases)) return [];
        var kept = await KeptAsync(folder, keep, newest, cancellationToken);
        var removed = new List<string>();
        foreach (var release in Directory.EnumerateDirectories(folder.Releases).Select(path => Path.GetFileName(path)).ToList())
        {
            if (release.StartsWith('.') || kept.Contains(release)) continue;
            await files.RemoveReleaseAsync(folder, release, cancellationToken);
            removed.Add(release);
        }

        await RemoveArtifactsAsync(folder, kept, cancellationToken);
        RemoveLeftovers(folder);
        return removed;
    }

    /// <summary>Takes the site down and removes all that was deployed to it. The folder itself stays.</summary>
    /// <exception cref="IOException">The disk failed; call again later.</exception>
    public async Task RemoveAsync(SiteFolder folder, CancellationToken cancellationToken)
    {
        await files.TakeDownAsync(folder, cancellationToken);
        foreach (var release in Names(folder.Releases, Directory.EnumerateDirectories)) await files.RemoveReleaseAsync(folder, release, cancellationToken);
        foreach (var artifact in Names(folder.Artifacts, Directory.EnumerateFiles)) await files.RemoveArtifactAsync(folder, artifact, cancellationToken);
    }

    private static List<string> Names(string folder, Func<string, IEnumerable<string>> list) =>
        Directory.Exists(folder) ? [.. list(folder).Select(path => Path.GetFileName(path))] : [];

    private static async Task<HashSet<string>> KeptAsync(SiteFolder folder, IReadOnlyCollection<Digest> keep, int newest, CancellationToken cancellationToken)
    {
        var kept = keep.Select(digest => digest.Hex).ToHashSet(StringComparer.Ordinal);
        if (folder.ReadLink() is { } link && folder.ReleaseOfLink(link) is { } current) kept.Add(Path.GetFileName(current));
        var releases = new List<(string Name, DateTimeOffset UnpackedAt)>();
        foreach (var path in Directory.EnumerateDirectories(folder.Releases))
            if (await ReleaseManifest.ReadAsync(path, cancellationToken) is { } manifest) releases.Add((Path.GetFileName(path), manifest.UnpackedAt));
        kept.UnionWith(releases.OrderByDescending(release => release.UnpackedAt).Take(newest).Select(release => release.Name));
        return kept;
    }

    private async Task RemoveArtifactsAsync(SiteFolder folder, HashSet<string> kept, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder.Artifacts)) return;
        foreach (var path in Directory.EnumerateFiles(folder.Artifacts, "*.zip").ToList())
        {
            var name = Path.GetFileName(path);
            // Younger ones may belong to a deployment that has not unpacked them yet.
            if (name.StartsWith('.') || kept.Contains(Path.GetFileNameWithoutExtension(name)) || !IsOld(File.GetLastWriteTimeUtc(path))) continue;
            await files.RemoveArtifactAsync(folder, name, cancellationToken);
        }
    }

    /// <summary>What killed processes left. Younger ones may be somebody's work.</summary>
    private void RemoveLeftovers(SiteFolder folder)
    {
        foreach (var path in Directory.EnumerateDirectories(folder.Releases, Temporary.Prefix + "*").ToList())
            if (IsOld(Directory.GetLastWriteTimeUtc(path))) Directory.Delete(path, recursive: true);
        foreach (var within in new[] { folder.Artifacts, folder.Root })
        {
            if (!Directory.Exists(within)) continue;
            // A half-made `current` is a link to a folder: entries, not files.
            foreach (var path in Directory.EnumerateFileSystemEntries(within, Temporary.Prefix + "*").ToList())
                if (IsOld(File.GetLastWriteTimeUtc(path))) File.Delete(path);
        }
    }

    private bool IsOld(DateTime lastWrite) => time.GetUtcNow() - new DateTimeOffset(lastWrite, TimeSpan.Zero) > LeftoverAge;
}
