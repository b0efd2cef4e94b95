using Towpath.Core.Artifacts;

namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>Remembers what zips consist of for as long as there is memory, so that the steps of one deployment read them once.</summary>
internal sealed class ContentCache
{
    private const int Most = 4;

    private readonly Lock _lock = new();
    private readonly List<(Digest Digest, string Rules, bool WithMd5, WeakReference<SiteContent> Content)> _known = [];

    /// <returns>Null where it has to be read.</returns>
    public SiteContent? Find(Digest digest, StaticSiteSettings site, bool withMd5)
    {
        lock (_lock)
        {
            foreach (var known in _known)
                if (known.Digest == digest && known.Rules == site.Rules && (known.WithMd5 || !withMd5) && known.Content.TryGetTarget(out var content)) return content;
            return null;
        }
    }

    public void Keep(Digest digest, StaticSiteSettings site, bool withMd5, SiteContent content)
    {
        lock (_lock)
        {
            _known.RemoveAll(k => !k.Content.TryGetTarget(out _));
            if (_known.Count == Most) _known.RemoveAt(0);
            _known.Add((digest, site.Rules, withMd5, new WeakReference<SiteContent>(content)));
        }
    }
}
