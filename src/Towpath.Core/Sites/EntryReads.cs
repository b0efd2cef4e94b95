using System.Buffers;
using System.IO.Compression;

namespace Towpath.Core.Sites;

/// <summary>Reads entries of one zip, counting what really comes out of them: headers may lie.</summary>
/// <param name="limits">What one zip may unpack to.</param>
/// <param name="archiveLength">The zip's length in bytes.</param>
public sealed class EntryReads(SiteLimits limits, long archiveLength)
{
    private const int BlockSize = 1 << 16;

    private long _left = limits.MaximumUnpackedBytes;

    /// <returns>Null when it was read to its end, else why it cannot be used.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public async Task<string?> ReadAsync(ZipArchiveEntry entry, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellationToken)
    {
        // The header may claim any compressed length; more than the archive holds it cannot have.
        var compressed = Math.Clamp(entry.CompressedLength, 1, archiveLength);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            await using var from = await entry.OpenAsync(cancellationToken);
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

            return total == entry.Length ? null : $"its header says {entry.Length} bytes, but it holds {total}";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
