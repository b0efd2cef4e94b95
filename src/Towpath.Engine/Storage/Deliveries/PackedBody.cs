using System.Buffers;
using System.IO.Compression;

namespace Towpath.Engine.Storage;

/// <summary>
/// A payload as it is stored: a fifth of its size, since GitHub's payloads say most things several times. Packing is done before there is
/// a transaction, so that the database writes, copies and caches the fifth only.
/// </summary>
/// <param name="Bytes">Brotli.</param>
/// <param name="Length">How long it is unpacked.</param>
public readonly record struct PackedBody(byte[] Bytes, int Length)
{
    /// <summary>The next one takes half as long again, for a twentieth less.</summary>
    private const int Quality = 0;
    private const int Window = 16;

    public static PackedBody Of(ReadOnlySpan<byte> payload)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(payload.Length));
        try
        {
            if (!BrotliEncoder.TryCompress(payload, buffer, out var written, Quality, Window)) throw new InvalidOperationException("the longest possible length was too short");
            return new PackedBody(buffer[..written], payload.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <exception cref="InvalidDataException">It is not what was packed.</exception>
    public byte[] Unpack()
    {
        var payload = new byte[Length];
        return BrotliDecoder.TryDecompress(Bytes, payload, out var written) && written == Length
            ? payload
            : throw new InvalidDataException("a stored delivery cannot be unpacked");
    }
}
