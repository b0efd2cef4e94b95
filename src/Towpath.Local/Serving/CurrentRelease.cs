using System.Collections.Concurrent;
using Towpath.Local.Sites;

namespace Towpath.Local.Serving;

/// <summary>Says which release a site serves at this moment. Releases never change, so each is read once.</summary>
internal sealed class CurrentRelease(SiteFolder folder)
{
    // The one before, the one after, and a rollback between them.
    private const int Remembered = 4;

    private readonly ConcurrentDictionary<string, Release> _releases = new(StringComparer.Ordinal);

    public SiteFolder Folder => folder;

    /// <returns>Null before the first switch, and where the release is not there or not whole.</returns>
    public async ValueTask<Release?> ReadAsync(CancellationToken cancellationToken)
    {
        if (folder.ReadLink() is not { } link || folder.ReleaseOfLink(link) is not { } path) return null;
        if (_releases.TryGetValue(path, out var known)) return known;
        if (await ReleaseManifest.ReadAsync(path, cancellationToken) is not { } manifest) return null;
        if (_releases.Count >= Remembered) _releases.Clear();
        return _releases.GetOrAdd(path, new Release(path, manifest));
    }

    /// <summary>Forgets what it read, after a release turned out to be gone.</summary>
    public void Forget() => _releases.Clear();
}
