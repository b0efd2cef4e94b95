using System.Collections.ObjectModel;
using System.IO.Compression;
using System.Security.Cryptography;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Core.Sites;

namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>A site's zip whose digest was verified. For one reader at a time.</summary>
internal sealed class SiteZip : IAsyncDisposable
{
    /// <summary>A site that unpacks to no more is held in memory, so that it is unpacked once.</summary>
    private const long MostHeld = 64 << 20;
    private const int MostFilesHeld = LargeSites.Least;

    private readonly FileStream _file;
    private readonly SiteLimits _limits;
    private ZipArchive? _archive;

    private SiteZip(FileStream file, ZipArchive archive, SiteLimits limits) => (_file, _archive, _limits) = (file, archive, limits);

    private ZipArchive Archive => _archive ?? throw new ObjectDisposedException(nameof(SiteZip));

    /// <param name="file">Its digest is what it should be.</param>
    /// <param name="limits">What it may hold.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="SiteRefusedException">It is no zip of a site.</exception>
    public static async Task<SiteZip> OpenAsync(FileStream file, SiteLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            file.Position = 0;
            var zip = new SiteZip(file, await ZipEntries.OpenAsync(file, limits, cancellationToken), limits);
            zip.Check(zip.Archive.Entries);
            LargeSites.TidyUp(zip.Archive.Entries.Count);
            return zip;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    /// <summary>Reads every file once, to know what it is.</summary>
    /// <param name="buildManifest">Where the build lists names that change with their content; null for nowhere.</param>
    /// <param name="withMd5">Whether MD5 is wanted too.</param>
    /// <param name="unpack">Gives a place for the bytes of a site that is too large to be held in memory.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="SiteRefusedException">It is damaged, or unpacks to too much.</exception>
    public async Task<SiteContent> IndexAsync(string? buildManifest, bool withMd5, Func<UnpackedFiles> unpack, CancellationToken cancellationToken)
    {
        var unpacked = Archive.Entries.Count <= MostFilesHeld && Archive.Entries.Sum(e => e.Length) <= MostHeld ? null : unpack();
        try
        {
            var content = await IndexAsync(buildManifest, withMd5, unpacked, cancellationToken);
            unpacked?.Complete();
            return content;
        }
        catch
        {
            unpacked?.Dispose();
            throw;
        }
    }

    private async Task<SiteContent> IndexAsync(string? buildManifest, bool withMd5, UnpackedFiles? unpacked, CancellationToken cancellationToken)
    {
        var reads = new EntryReads(_limits, _file.Length);
        var entries = Archive.Entries;
        var files = new Dictionary<string, ContentFile>(entries.Count, StringComparer.Ordinal);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
#pragma warning disable CA5351 // It is compared with what S3 calls an object, and proves nothing.
        using var md5 = withMd5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
#pragma warning restore CA5351
        try
        {
            foreach (var entry in entries)
            {
                if (ZipEntries.IsFolder(entry)) continue;
                var held = unpacked is null ? new MemoryStream((int)entry.Length) : null;
                var offset = unpacked?.Length ?? 0;
                var problem = await reads.ReadAsync(entry, block =>
                {
                    sha.AppendData(block.Span);
                    md5?.AppendData(block.Span);
                    held?.Write(block.Span);
                    unpacked?.Write(block.Span);
                    return ValueTask.CompletedTask;
                }, cancellationToken);
                if (problem is not null) throw new SiteRefusedException(ZipEntries.Refusal(entry, problem));
                files[entry.FullName] = new ContentFile(ContentHash.Of(sha.GetHashAndReset()), entry.Length, md5 is null ? null : Convert.ToHexStringLower(md5.GetHashAndReset()))
                {
                    Bytes = held?.Length == held?.Capacity ? held?.GetBuffer() : held?.ToArray(),
                    Offset = offset,
                };
            }

            LargeSites.TidyUp(files.Count);
            return new SiteContent(files, await BuildManifest.ReadAsync(this, buildManifest, cancellationToken)) { Unpacked = unpacked };
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    public bool Has(string path) => Archive.GetEntry(path) is not null;

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        (Archive.GetEntry(path) ?? throw new SiteRefusedException($"the zip holds no '{path}'")).OpenAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Whoever still holds this must not hold a table of contents of a hundred thousand entries with it.
        if (Interlocked.Exchange(ref _archive, null) is { } archive) await archive.DisposeAsync();
        await _file.DisposeAsync();
    }

    private void Check(ReadOnlyCollection<ZipArchiveEntry> entries)
    {
        if (ZipEntries.Problem(entries, _limits) is { } problem) throw new SiteRefusedException(problem);
        foreach (var entry in entries)
        {
            if (entry.FullName.StartsWith(SitePlace.OwnFolder, StringComparison.Ordinal))
                throw new SiteRefusedException($"the zip holds '{Core.PlainText.Of(entry.FullName, 200)}', and {SitePlace.OwnFolder} is Towpath's own; leave it out of the build");
        }

        if (entries.All(ZipEntries.IsFolder)) throw new SiteRefusedException("the zip holds no files; there would be nothing to serve");
    }

    private static SiteRefusedException Damaged(InvalidDataException e) => new($"the zip is damaged: {e.Message}");
}

/// <summary>Gives the bytes of a release's files, one after another.</summary>
internal interface ISiteBytes : IAsyncDisposable
{
    /// <exception cref="SiteRefusedException">They are nowhere any more.</exception>
    Task<Stream> OpenAsync(string path, SiteFile? file, CancellationToken cancellationToken);
}

/// <summary>The artifact cannot become a site; why, and what to do.</summary>
internal sealed class SiteRefusedException(string reason) : Exception(reason);
