using System.Buffers;
using System.Security.Cryptography;
using Towpath.Core.Artifacts;

namespace Towpath.Local.Sites;

/// <summary>Copies bytes and names them by digest in the same pass.</summary>
internal static class VerifiedCopy
{
    private const int BlockSize = 1 << 17;

    public static async Task<CopyResult> WriteAsync(Stream source, string path, Digest expected, long maximumBytes, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        var total = 0L;
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer.AsMemory(0, BlockSize), cancellationToken)) > 0)
            {
                total += read;
                if (total > maximumBytes) return new CopyResult.TooLarge();
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var found = Digest.FromHash(hash.GetHashAndReset());
        if (found != expected) return new CopyResult.WrongDigest(found);
        file.Flush(flushToDisk: true);
        return new CopyResult.Copied(total);
    }
}
