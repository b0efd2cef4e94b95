using Towpath.Core.Artifacts;

namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>Remembers what the zip at hand consists of, so that the steps of one deployment read it once.</summary>
internal sealed class ContentCache(TimeProvider time)
{
    private const int Most = 2;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly List<(Digest Digest, string Rules, bool WithMd5, SiteContent Content, DateTimeOffset At)> _known = [];

    public async Task<SiteContent> GetAsync(Digest digest, StaticSiteSettings site, bool withMd5, SiteZip zip, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _known.RemoveAll(k => time.GetUtcNow() - k.At > Longest);
            foreach (var known in _known)
                if (known.Digest == digest && known.Rules == site.Rules && (known.WithMd5 || !withMd5)) return known.Content;
        }

        var content = await zip.IndexAsync(site.BuildManifest, withMd5, cancellationToken);
        lock (_lock)
        {
            if (_known.Count == Most) _known.RemoveAt(0);
            _known.Add((digest, site.Rules, withMd5, content, time.GetUtcNow()));
        }

        return content;
    }
}
