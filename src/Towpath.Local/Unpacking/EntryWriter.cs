using System.IO.Compression;
using System.Security.Cryptography;
using Towpath.Core.Sites;
using Towpath.Local.Folders;

namespace Towpath.Local.Unpacking;

/// <summary>Writes entries whose names were checked, counting what really comes out of them.</summary>
internal sealed class EntryWriter(string folder, SiteLimits limits, long archiveLength)
{
    private const UnixFileMode FolderMode = (UnixFileMode)0b111_101_101;
    private const UnixFileMode FileMode = (UnixFileMode)0b110_100_100;

    private readonly Dictionary<string, UnpackedFile> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly EntryReads _reads = new(limits, archiveLength);

    public IReadOnlyDictionary<string, UnpackedFile> Files => _files;

    /// <returns>Null when it was written, else why it cannot be.</returns>
    public async Task<string?> WriteAsync(ZipArchiveEntry entry, CancellationToken cancellationToken)
    {
        EnsureFolder(folder);
        var path = Path.GetFullPath(Path.Combine(folder, entry.FullName));
        if (!RealPath.IsWithin(path, folder)) return "its path leaves the folder";
        EnsureFolder(ZipEntries.IsFolder(entry) ? path.TrimEnd('/') : Path.GetDirectoryName(path)!);
        return ZipEntries.IsFolder(entry) ? null : await WriteFileAsync(entry, path, cancellationToken);
    }

    private async Task<string?> WriteFileAsync(ZipArchiveEntry entry, string path, CancellationToken cancellationToken)
    {
        await using var to = new FileStream(path, new FileStreamOptions
        {
            Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = FileMode, BufferSize = 0, Options = FileOptions.Asynchronous,
        });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var problem = await _reads.ReadAsync(entry, async block =>
        {
            hash.AppendData(block.Span);
            await to.WriteAsync(block, cancellationToken);
        }, cancellationToken);
        if (problem is not null) return problem;
        File.SetUnixFileMode(to.SafeFileHandle, FileMode);
        _files[entry.FullName] = new UnpackedFile(Convert.ToHexStringLower(hash.GetHashAndReset()), entry.Length);
        return null;
    }

    private void EnsureFolder(string path)
    {
        if (!_folders.Add(path)) return;
        if (path != folder) EnsureFolder(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(path, FolderMode);
        File.SetUnixFileMode(path, FolderMode);
    }
}
