using Towpath.Core.Artifacts;

namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>Remembers what zips consist of for a little while, so that the steps of one deployment read them once.</summary>
internal sealed class ContentCache : IDisposable
{
    private const int Most = 2;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly List<(Digest Digest, string Rules, bool WithMd5, SiteContent Content)> _known = [];
    private readonly ITimer _forget;

    public ContentCache(TimeProvider time) => _forget = time.CreateTimer(_ => Forget(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <returns>Null where it has to be read. What it is unpacked in stays open until it is disposed of.</returns>
    public SiteContent? Find(Digest digest, StaticSiteSettings site, bool withMd5)
    {
        lock (_lock)
        {
            _forget.Change(Longest, Timeout.InfiniteTimeSpan);
            foreach (var known in _known)
                if (known.Digest == digest && known.Rules == site.Rules && (known.WithMd5 || !withMd5) && known.Content.Unpacked?.TryUse() != false) return known.Content;
            return null;
        }
    }

    /// <summary>Takes over what it is unpacked in; whoever calls goes on using it with one of its own.</summary>
    public void Keep(Digest digest, StaticSiteSettings site, bool withMd5, SiteContent content)
    {
        lock (_lock)
        {
            if (_known.Count == Most)
            {
                _known[0].Content.Unpacked?.Dispose();
                _known.RemoveAt(0);
            }

            _known.Add((digest, site.Rules, withMd5, content));
            _forget.Change(Longest, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The site is that artifact now: nothing more is asked of it.</summary>
    public void Drop(Digest digest)
    {
        lock (_lock) RemoveAll(known => known.Digest == digest);
    }

    public void Dispose()
    {
        _forget.Dispose();
        Forget();
    }

    private void Forget()
    {
        lock (_lock) RemoveAll(_ => true);
    }

    private void RemoveAll(Predicate<(Digest Digest, string Rules, bool WithMd5, SiteContent Content)> which)
    {
        foreach (var known in _known.FindAll(which)) known.Content.Unpacked?.Dispose();
        _known.RemoveAll(which);
    }
}
