using System.Buffers;
using System.Security.Cryptography;
using Towpath.Core.Artifacts;
using Towpath.Oci.Manifests;

namespace Towpath.Oci.Blobs;

/// <summary>Carries bytes on as they come, and holds the last of them back until the digest of all is known to be right.</summary>
internal static class VerifiedTransfer
{
    private const int BufferSize = 1 << 17;

    /// <exception cref="WrongBytesException">Fewer, more or other bytes than the descriptor says; the last ones were not written.</exception>
    public static async Task CopyAsync(Stream from, Stream to, Descriptor blob, Action moved, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (long left = blob.Size; ;)
            {
                var read = await from.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken);
                moved();
                left -= read;
                if (left < 0) throw new WrongBytesException($"{blob.Digest} should have {blob.Size} bytes, and there are more");
                if (read == 0 && left > 0) throw new WrongBytesException($"{blob.Digest} should have {blob.Size} bytes, and {left} are missing");
                hash.AppendData(buffer, 0, read);
                if (left == 0) Verify(blob, hash);
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                moved();
                if (left == 0) return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Verify(Descriptor blob, IncrementalHash hash)
    {
        var found = Digest.FromHash(hash.GetHashAndReset());
        if (found != blob.Digest) throw new WrongBytesException($"the blob should be {blob.Digest}, and its bytes are {found}");
    }
}

/// <summary>A registry holds other bytes than it says.</summary>
internal sealed class WrongBytesException(string message) : Exception(message);
