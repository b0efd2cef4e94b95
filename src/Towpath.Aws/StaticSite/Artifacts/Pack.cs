using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Aws.StaticSite.Uploads;

namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>
/// The pages that a release brought, with the list of all its files, in one object of the site's bucket: what a rollback needs when the release's
/// zip is gone. Assets are not in it, as they stay where they are.
/// </summary>
internal sealed class Pack : IDisposable
{
    private const string Release = "release.json";

    private readonly FileStream _file;

    private Pack(FileStream file, string sha256)
    {
        _file = file;
        Body = new S3Body(file.Length, sha256, () =>
        {
            _file.Position = 0;
            return new StreamContent(new KeptStream(_file));
        });
    }

    public S3Body Body { get; }

    public static async Task<Pack> WriteAsync(PackedRelease release, IReadOnlyDictionary<string, SiteFile> brought, ISiteBytes bytes, CancellationToken cancellationToken)
    {
        var file = TemporaryFile.Create();
        try
        {
            await using (var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
            {
                await using (var list = await zip.CreateEntry(Release, CompressionLevel.Fastest).OpenAsync(cancellationToken))
                    await JsonSerializer.SerializeAsync(list, release, SiteJson.Default.PackedRelease, cancellationToken);
                var written = new HashSet<ContentHash>();
                foreach (var (path, page) in brought)
                    if (!page.Immutable && page.Encoding is null && page.Number == release.Number && written.Add(page.Sha256)) await CopyAsync(path, page);

                async Task CopyAsync(string path, SiteFile page)
                {
                    await using var from = await bytes.OpenAsync(path, page, cancellationToken);
                    await using var to = await zip.CreateEntry(page.Sha256.Hex, CompressionLevel.Fastest).OpenAsync(cancellationToken);
                    await from.CopyToAsync(to, cancellationToken);
                }
            }

            file.Position = 0;
            return new Pack(file, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    internal static async Task<PackedRelease?> ReadReleaseAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        if (zip.GetEntry(Release) is not { } entry) return null;
        await using var stream = await entry.OpenAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(stream, SiteJson.Default.PackedRelease, cancellationToken);
    }
}

/// <summary>A release as the packs in its bucket have it.</summary>
internal sealed class PackedBytes(S3Client s3, SitePlace place, KeptRelease kept) : ISiteBytes
{
    private readonly Dictionary<long, (FileStream File, ZipArchive Zip)> _open = [];

    /// <returns>Null where there is no such pack.</returns>
    public async Task<SiteContent?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await ZipAsync(new PackName(kept.Number, kept.Digest), cancellationToken) is not { } zip || await Pack.ReadReleaseAsync(zip, cancellationToken) is not { } release) return null;
        var files = new Dictionary<string, ContentFile>(StringComparer.Ordinal);
        var hashed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, file) in release.Files)
        {
            if (file.Encoding is not null) continue;
            files[path] = new ContentFile(file.Sha256, file.Size);
            if (file.Immutable || file.Mixed) hashed.Add(path);
        }

        return new SiteContent(files, hashed);
    }

    public async Task<Stream> OpenAsync(string path, SiteFile? file, CancellationToken cancellationToken)
    {
        foreach (var pack in kept.Packs.Reverse())
            if (file is not null && await ZipAsync(pack, cancellationToken) is { } zip && zip.GetEntry(file.Sha256.Hex) is { } entry) return await entry.OpenAsync(cancellationToken);
        throw new SiteRefusedException($"the bytes of '{path}' are nowhere any more: the artifact {kept.Reference} is gone, and so are they from the bucket; build that version again, and deploy it");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (file, zip) in _open.Values)
        {
            await zip.DisposeAsync();
            await file.DisposeAsync();
        }
    }

    private async Task<ZipArchive?> ZipAsync(PackName pack, CancellationToken cancellationToken)
    {
        if (_open.TryGetValue(pack.Number, out var known)) return known.Zip;
        await using var download = await s3.GetAsync(place.Bucket, place.PackOf(pack), cancellationToken);
        if (download is null) return null;
        var file = TemporaryFile.Create();
        await download.Content.CopyToAsync(file, cancellationToken);
        file.Position = 0;
        var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        _open[pack.Number] = (file, zip);
        return zip;
    }
}
