using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using Towpath.Local.Folders;

namespace Towpath.Local.Unpacking;

/// <summary>Writes entries whose names were checked, counting what really comes out of them.</summary>
internal sealed class EntryWriter(string folder, SiteLimits limits, long archiveLength)
{
    private const int BlockSize = 1 << 16;
    private const UnixFileMode FolderMode = (UnixFileMode)0b111_101_101;
    private const UnixFileMode FileMode = (UnixFileMode)0b110_100_100;

    private readonly Dictionary<string, UnpackedFile> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private long _left = limits.MaximumUnpackedBytes;

    public IReadOnlyDictionary<string, UnpackedFile> Files => _files;

    public static bool IsFolder(ZipArchiveEntry entry) => entry.FullName.EndsWith('/');

    /// <returns>Null when it was written, else why it cannot be.</returns>
    public async Task<string?> WriteAsync(ZipArchiveEntry entry, CancellationToken cancellationToken)
    {
        EnsureFolder(folder);
        var path = Path.GetFullPath(Path.Combine(folder, entry.FullName));
        if (!RealPath.IsWithin(path, folder)) return "its path leaves the folder";
        EnsureFolder(IsFolder(entry) ? path.TrimEnd('/') : Path.GetDirectoryName(path)!);
        return IsFolder(entry) ? null : await WriteFileAsync(entry, path, cancellationToken);
    }

    private async Task<string?> WriteFileAsync(ZipArchiveEntry entry, string path, CancellationToken cancellationToken)
    {
        await using var from = await entry.OpenAsync(cancellationToken);
        await using var to = new FileStream(path, new FileStreamOptions
        {
            Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = FileMode, BufferSize = 0, Options = FileOptions.Asynchronous,
        });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var written = 0L;
        var problem = await CopyAsync(entry, from, async block =>
        {
            hash.AppendData(block.Span);
            written += block.Length;
            await to.WriteAsync(block, cancellationToken);
        }, cancellationToken);
        if (problem is not null) return problem;
        if (written != entry.Length) return $"its header says {entry.Length} bytes, but it holds {written}";
        File.SetUnixFileMode(to.SafeFileHandle, FileMode);
        _files[entry.FullName] = new UnpackedFile(Convert.ToHexStringLower(hash.GetHashAndReset()), written);
        return null;
    }

    private async Task<string?> CopyAsync(ZipArchiveEntry entry, Stream from, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        // The header may claim any compressed length; more than the archive holds it cannot have.
        var compressed = Math.Clamp(entry.CompressedLength, 1, archiveLength);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var total = 0L;
            int read;
            while ((read = await from.ReadAsync(buffer.AsMemory(0, BlockSize), cancellationToken)) > 0)
            {
                total += read;
                _left -= read;
                if (_left < 0) return $"with it the zip unpacks to more than {limits.MaximumUnpackedBytes} bytes";
                if (total > limits.RatioFreeBytes && total / compressed >= limits.MaximumRatio)
                    return $"it unpacks to more than {limits.MaximumRatio} times its packed size";
                await write(buffer.AsMemory(0, read));
            }
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void EnsureFolder(string path)
    {
        if (!_folders.Add(path)) return;
        if (path != folder) EnsureFolder(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(path, FolderMode);
        File.SetUnixFileMode(path, FolderMode);
    }
}
