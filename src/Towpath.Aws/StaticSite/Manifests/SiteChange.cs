using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.StaticSite.Manifests;

/// <summary>
/// What turns the site into a release, decided without looking anywhere: the intent, which is written first, and the manifest that is written when
/// it is carried out.
/// </summary>
internal sealed class SiteChange(SiteManifest before, SiteContent content, StaticSiteSettings site)
{
    /// <summary>Begins a release.</summary>
    /// <param name="digest">The artifact.</param>
    /// <param name="deployment">Who deploys it.</param>
    /// <param name="now">When.</param>
    /// <param name="listed">What lies in the bucket, by path, where Towpath has no manifest there yet.</param>
    /// <returns>The manifest with the intent.</returns>
    public SiteManifest Begin(Digest digest, string deployment, DateTimeOffset now, IReadOnlyDictionary<string, S3Listed> listed)
    {
        var broken = before.Changing;
        var number = Math.Max(before.Number, broken?.Number ?? 0) + 1;
        var files = new Dictionary<string, SiteFile>(before.Digest is null ? content.Files.Count : 0, StringComparer.Ordinal);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, file) in Wanted(number))
        {
            if (IsThere(path, file)) continue;
            files[path] = file;
            if (Found(listed, path, file) is { } etag) found[path] = etag;
        }

        var removed = Gone(broken).Where(path => !IsImmutable(path, broken)).Order(StringComparer.Ordinal).ToList();
        var existed = files.Where(f => !f.Value.Immutable && (before.Files.ContainsKey(f.Key) || broken?.Files.ContainsKey(f.Key) == true || listed.ContainsKey(f.Key))).Select(f => f.Key);
        var changed = existed.Concat(removed).Concat(broken?.Changed ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return before with
        {
            Changing = new ChangingRelease(number, digest, deployment, now, files, removed, changed) { Found = found },
            // Of a release that broke off nobody knows which assets are there; they are not relied on, and go.
            Doomed = [.. before.Doomed.Concat(Gone(broken).Where(path => IsImmutable(path, broken) && !before.Files.ContainsKey(path) && !before.Left.ContainsKey(path)))
                .Where(path => !files.ContainsKey(path)).Distinct(StringComparer.Ordinal)],
            DoomedPacks = broken is null ? before.DoomedPacks : [.. before.DoomedPacks, new PackName(broken.Number, broken.Digest)],
        };
    }

    /// <summary>The manifest once everything of the intent is done.</summary>
    public SiteManifest End(string reference, DateTimeOffset now)
    {
        var changing = before.Changing ?? throw new InvalidOperationException("a release is begun before it ends");
        var files = new Dictionary<string, SiteFile>(content.Files.Count, StringComparer.Ordinal);
        foreach (var path in PathsOf()) files[path] = changing.Files.GetValueOrDefault(path) ?? before.Files.GetValueOrDefault(path) ?? before.Left[path].File;
        var left = before.Left.Where(l => !files.ContainsKey(l.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (path, file) in before.Files)
            if (file.Immutable && !files.ContainsKey(path)) left[path] = new LeftFile(file, before.Number, now);
        var release = new KeptRelease(changing.Number, changing.Digest, reference, now, PacksOf(files.Values, changing));
        return before with
        {
            Number = changing.Number,
            Digest = changing.Digest,
            Reference = reference,
            Rules = site.Rules,
            Deployment = changing.Deployment,
            At = now,
            Changed = changing.Changed,
            Changing = null,
            Releases = [.. before.Releases, release],
            Files = files,
            Left = left,
            Doomed = [.. before.Doomed.Where(path => !files.ContainsKey(path))],
        };
    }

    /// <summary>Every name of the release with its headers.</summary>
    private IEnumerable<KeyValuePair<string, SiteFile>> Wanted(long number)
    {
        foreach (var (path, file) in content.Files)
        {
            var wanted = Describe(path, file, number);
            yield return new(path, wanted);
            foreach (var (variant, name) in Variants.Of(path, wanted, site.Compress))
                if (!content.Files.ContainsKey(name)) yield return new(name, Seen(name, variant));
        }
    }

    private IEnumerable<string> PathsOf()
    {
        foreach (var (path, file) in content.Files)
        {
            yield return path;
            if (site.Compress.Count == 0) continue;
            foreach (var (_, name) in Variants.Of(path, Describe(path, file, 0), site.Compress))
                if (!content.Files.ContainsKey(name)) yield return name;
        }
    }

    private SiteFile Describe(string path, ContentFile file, long number)
    {
        var plain = new SiteFile(file.Sha256, file.Size, Core.Sites.ContentTypes.Of(path), number) { Immutable = SiteNames.LooksImmutable(path, site, content) };
        return Seen(path, plain);
    }

    /// <summary>A name that looks immutable is not, once it has stood for other bytes.</summary>
    private SiteFile Seen(string path, SiteFile file)
    {
        if (!Known(path).Any()) return file;
        var mixed = file.Immutable && Known(path).Any(known => known.Mixed || known.Sha256 != file.Sha256);
        var wanted = mixed ? file with { Immutable = false, Mixed = true } : file;
        var same = Known(path).FirstOrDefault(known => known.IsSameAs(wanted));
        return same is not null && before.Changing?.Files.ContainsKey(path) != true ? wanted with { Number = same.Number } : wanted;
    }

    private IEnumerable<SiteFile> Known(string path)
    {
        if (before.Files.TryGetValue(path, out var file)) yield return file;
        if (before.Left.TryGetValue(path, out var left)) yield return left.File;
        if (before.Changing?.Files.TryGetValue(path, out var changing) == true) yield return changing;
    }

    private bool IsThere(string path, SiteFile file)
    {
        if (before.Changing is { } broken && (broken.Files.ContainsKey(path) || broken.Removed.Contains(path, StringComparer.Ordinal))) return false;
        return before.Files.TryGetValue(path, out var there) ? there.IsSameAs(file) : before.Left.TryGetValue(path, out var left) && left.File.IsSameAs(file);
    }

    private string? Found(IReadOnlyDictionary<string, S3Listed> listed, string path, SiteFile file) =>
        file.Encoding is null && listed.TryGetValue(path, out var there) && there.Size == file.Size && content.Files[path].Md5 is { } md5
            && string.Equals(there.ETag, $"\"{md5}\"", StringComparison.OrdinalIgnoreCase) ? there.ETag : null;

    /// <summary>Names that the site has, or may have, and the release has not.</summary>
    private IEnumerable<string> Gone(ChangingRelease? broken)
    {
        if (before.Files.Count == 0 && broken is null) return [];
        var wanted = new HashSet<string>(content.Files.Count, StringComparer.Ordinal);
        foreach (var path in PathsOf()) wanted.Add(path);
        return before.Files.Keys.Concat(broken?.Files.Keys ?? []).Concat(broken?.Removed ?? []).Distinct(StringComparer.Ordinal).Where(path => !wanted.Contains(path));
    }

    private bool IsImmutable(string path, ChangingRelease? broken) =>
        (before.Files.GetValueOrDefault(path) ?? broken?.Files.GetValueOrDefault(path))?.Immutable == true
        && broken?.Files.GetValueOrDefault(path) is not { Immutable: false };

    private List<PackName> PacksOf(IEnumerable<SiteFile> files, ChangingRelease changing)
    {
        var known = before.Releases.SelectMany(r => r.Packs.Append(new PackName(r.Number, r.Digest))).Append(new PackName(changing.Number, changing.Digest)).DistinctBy(p => p.Number).ToDictionary(p => p.Number);
        return [.. files.Where(f => !f.Immutable).Select(f => f.Number).Distinct().Order().Where(known.ContainsKey).Select(n => known[n])];
    }
}
