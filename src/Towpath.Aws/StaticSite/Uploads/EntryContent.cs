using System.IO.Compression;
using System.Net;

namespace Towpath.Aws.StaticSite.Uploads;

/// <summary>A large file as the body of a message: read while it is sent, and anew with each attempt.</summary>
internal sealed class EntryContent(Func<CancellationToken, Task<Stream>> open, long length) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var from = await open(cancellationToken);
        await from.CopyToAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}

/// <summary>Makes a variant's bytes.</summary>
internal static class EncodedBytes
{
    public static async Task<byte[]> OfAsync(string encoding, Stream stream, CancellationToken cancellationToken)
    {
        await using (stream)
        {
            using var buffer = new MemoryStream();
            await using (var encoder = EncoderOf(encoding, buffer)) await stream.CopyToAsync(encoder, cancellationToken);
            return buffer.ToArray();
        }
    }

    private static Stream EncoderOf(string encoding, Stream to) => encoding == "br"
        ? new BrotliStream(to, new BrotliCompressionOptions { Quality = 9 }, leaveOpen: true)
        : new GZipStream(to, CompressionLevel.SmallestSize, leaveOpen: true);
}
