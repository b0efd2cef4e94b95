using System.Buffers;
using System.Security.Cryptography;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.S3;

internal interface IBodySource
{
    /// <summary>0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellationToken);
}

/// <summary>A body that was read and is what its digests say.</summary>
/// <param name="Md5">16 bytes; in hexadecimal it is the ETag.</param>
internal sealed record ReceivedBody(Blob Blob, byte[] Md5, Checksum? Checksum);

/// <summary>Reads the body of PutObject or UploadPart and verifies every digest that the client gave.</summary>
internal static class IncomingBody
{
    public static async Task<ReceivedBody> ReadAsync(EmulatorCall call, BlobStore blobs, string? algorithm = null)
    {
        var headers = call.Http.Request.Headers;
        var payload = headers["x-amz-content-sha256"].ToString();
        var chunked = payload.StartsWith("STREAMING-", StringComparison.Ordinal);
        var length = chunked && long.TryParse(headers["x-amz-decoded-content-length"], out var decoded) ? decoded : call.Http.Request.ContentLength
            ?? throw S3Fault.Of("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);
        algorithm = Checksum.Algorithms.FirstOrDefault(a => headers.ContainsKey($"x-amz-checksum-{a}"))
            ?? TrailerAlgorithm(headers["x-amz-trailer"].ToString()) ?? algorithm;
        using var digests = new Digests(algorithm, sha256: payload.Length == 64);
        using var chunks = chunked
            ? new AwsChunkedBody(call.Http.Request.BodyReader, payload.StartsWith("STREAMING-AWS4-HMAC-SHA256", StringComparison.Ordinal) ? call.Signing : null)
            : null;
        var blob = await ReceiveAsync(chunks ?? (IBodySource)new PlainBody(call.Http.Request.Body), blobs, length, digests, call.Aborted);
        try
        {
            return new ReceivedBody(blob, digests.Md5, digests.Verify(headers, chunks?.Trailers, payload));
        }
        catch
        {
            blob.Release();
            throw;
        }
    }

    private static string? TrailerAlgorithm(string trailer) =>
        trailer.StartsWith("x-amz-checksum-", StringComparison.OrdinalIgnoreCase) ? trailer["x-amz-checksum-".Length..].ToLowerInvariant() : null;

    private static async Task<Blob> ReceiveAsync(IBodySource source, BlobStore blobs, long length, Digests digests, CancellationToken cancellationToken)
    {
        if (length <= BlobStore.InMemory)
        {
            var bytes = new byte[length];
            await FillAsync(source, bytes, cancellationToken);
            digests.Append(bytes);
            await ExpectEndAsync(source, cancellationToken);
            return new MemoryBlob(bytes);
        }

        var path = blobs.NextFile();
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: length);
            for (long done = 0; done < length;)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - done));
                await FillAsync(source, part, cancellationToken);
                digests.Append(part.Span);
                RandomAccess.Write(file, part.Span, done);
                done += part.Length;
            }

            await ExpectEndAsync(source, cancellationToken);
            return new FileBlob(path, length);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task FillAsync(IBodySource source, Memory<byte> into, CancellationToken cancellationToken)
    {
        for (var filled = 0; filled < into.Length;)
        {
            var read = await source.ReadAsync(into[filled..], cancellationToken);
            if (read == 0) throw S3Fault.Of("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");
            filled += read;
        }
    }

    private static async Task ExpectEndAsync(IBodySource source, CancellationToken cancellationToken)
    {
        if (await source.ReadAsync(new byte[1], cancellationToken) != 0) throw S3Fault.InvalidRequest("The body is longer than it said.");
    }

    private sealed class PlainBody(Stream body) : IBodySource
    {
        public ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellationToken) => body.ReadAsync(into, cancellationToken);
    }

    private sealed class Digests(string? algorithm, bool sha256) : IDisposable
    {
        private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        private readonly IncrementalHash? _payload = sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        private readonly ChecksumState? _checksum = algorithm is null ? null : new ChecksumState(algorithm);

        public byte[] Md5 => field ??= _md5.GetHashAndReset();

        public void Append(ReadOnlySpan<byte> data)
        {
            _md5.AppendData(data);
            _payload?.AppendData(data);
            _checksum?.Append(data);
        }

        public Checksum? Verify(IHeaderDictionary headers, Dictionary<string, string>? trailers, string payload)
        {
            if (_payload is not null && Convert.ToHexStringLower(_payload.GetHashAndReset()) != payload)
                throw S3Fault.Of("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
            if (headers.ContentMD5.ToString() is { Length: > 0 } md5 && md5 != Convert.ToBase64String(Md5)) throw S3Fault.BadDigest("Content-MD5");
            if (_checksum is null) return null;
            var computed = new Checksum(_checksum.Algorithm, Convert.ToBase64String(_checksum.Finish()));
            var claimed = trailers?.GetValueOrDefault(computed.Header) ?? headers[computed.Header].ToString();
            return claimed.Length == 0 || claimed == computed.Value ? computed : throw S3Fault.BadDigest(_checksum.Algorithm.ToUpperInvariant());
        }

        public void Dispose()
        {
            _md5.Dispose();
            _payload?.Dispose();
            _checksum?.Dispose();
        }
    }
}
