namespace Towpath.Core.Calling;

/// <summary>Reads answers that have no business being large.</summary>
public static class BoundedBody
{
    public const int SmallAnswer = 1 << 20;

    /// <exception cref="BodyTooLargeException">There is more.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int maximum, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > maximum) throw new BodyTooLargeException(maximum);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[1 << 14];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (body.Length + read > maximum) throw new BodyTooLargeException(maximum);
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}

/// <summary>A body is larger than what can be right.</summary>
public sealed class BodyTooLargeException(int maximum) : Exception($"more than {maximum} bytes");
