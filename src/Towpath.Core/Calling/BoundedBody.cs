using System.Buffers;

namespace Towpath.Core.Calling;

/// <summary>Reads answers that have no business being large.</summary>
public static class BoundedBody
{
    public const int SmallAnswer = 1 << 20;
    private const int FirstBuffer = 1 << 14;

    /// <exception cref="BodyTooLargeException">There is more.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int maximum, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > maximum) throw new BodyTooLargeException(maximum);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                if (length > maximum) throw new BodyTooLargeException(maximum);
                if (length == buffer.Length) buffer = Twice(buffer);
            }

            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Twice(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}

/// <summary>A body is larger than what can be right.</summary>
public sealed class BodyTooLargeException(int maximum) : Exception($"more than {maximum} bytes");
