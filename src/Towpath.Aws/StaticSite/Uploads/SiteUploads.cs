using Towpath.Aws.Calling;
using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Aws.StaticSite.Manifests;

namespace Towpath.Aws.StaticSite.Uploads;

/// <summary>Puts files of a site into its bucket, many at once, straight from the zip. Whatever ends it, nothing is under way any more when it returns.</summary>
internal sealed class SiteUploads(S3Client s3, TimeProvider time)
{
    private const int Parallel = 64;
    private const int Attempts = 8;

    /// <summary>Larger files are not held in memory, but sent as they are read, while nothing else is read.</summary>
    private const int LargestInMemory = 512 << 10;

    public async Task UploadAsync(SitePlace place, ISiteBytes bytes, IEnumerable<Upload> uploads, UploadProgress progress, CancellationToken cancellationToken)
    {
        var gate = new UploadGate(Parallel);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? failure = null;
        try
        {
            foreach (var upload in uploads)
            {
                await gate.EnterAsync(failed.Token);
                var send = await ReadAsync(upload);
                _ = SendAsync(send, upload);
                if (send.Reads) await gate.IdleAsync();
                await progress.TickAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (failure is not null)
        {
        }
        finally
        {
            await gate.IdleAsync();
        }

        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);

        async Task<Sending> ReadAsync(Upload upload)
        {
            try
            {
                return await OpenAsync(place, bytes, upload, failed.Token);
            }
            catch
            {
                gate.Leave();
                throw;
            }
        }

        async Task SendAsync(Sending sending, Upload upload)
        {
            try
            {
                await RepeatAsync(gate, sending.SendAsync, failed.Token);
                progress.Add(upload.Found is null ? sending.Bytes : 0);
            }
#pragma warning disable CA1031 // It is thrown again by whoever began the uploads.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (Interlocked.CompareExchange(ref failure, e, null) is null) await failed.CancelAsync();
            }
            finally
            {
                gate.Leave();
            }
        }
    }

    private async Task<Sending> OpenAsync(SitePlace place, ISiteBytes bytes, Upload upload, CancellationToken cancellationToken)
    {
        var (path, file) = (upload.Path, upload.File);
        var (key, headers) = (place.KeyOf(path), HeadersOf(file));
        if (upload.Found is { } etag)
            return new Sending(file.Size, Reads: false, async token =>
            {
                try
                {
                    await s3.ReplaceHeadersAsync(place.Bucket, key, etag, headers, token);
                }
                catch (AwsException e) when (e.Failure.Status is 404 or 412)
                {
                    throw new IOException($"'{key}' was changed meanwhile; deploy again, and see that nobody else writes there", e);
                }
            });
        var original = Variants.Original(path, file);
        if (file.Encoding is not null) return Send(await EncodedBytes.OfAsync(file.Encoding, await bytes.OpenAsync(original, file, cancellationToken), cancellationToken), null);
        if (file.Size <= LargestInMemory) return Send(await ReadAsync(await bytes.OpenAsync(original, file, cancellationToken), (int)file.Size, cancellationToken), file.Sha256.Hex);
        var body = new S3Body(file.Size, file.Sha256.Hex, () => new EntryContent(token => bytes.OpenAsync(original, file, token), file.Size));
        return new Sending(file.Size, Reads: true, token => s3.PutAsync(place.Bucket, key, body, headers, null, token));

        Sending Send(byte[] content, string? sha256) => new(
            content.Length, Reads: false, token => s3.PutAsync(place.Bucket, key, sha256 is null ? S3Body.Of(content) : S3Body.Of(content, sha256), headers, null, token));
    }

    private async Task RepeatAsync(UploadGate gate, Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await send(cancellationToken);
                return;
            }
            catch (AwsException e) when (e.IsThrottled && attempt < Attempts)
            {
                gate.SlowDown();
            }

            await Task.Delay(AwsRetry.BackOff(Math.Min(attempt, 4), Jitter(), null), time, cancellationToken);
        }
    }

    private static S3Headers HeadersOf(SiteFile file) => new(file.Type)
    {
        CacheControl = SiteNames.CacheControl(file),
        ContentEncoding = file.Encoding,
        Metadata = [new("sha256", file.Sha256.Hex)],
    };

    private static async Task<byte[]> ReadAsync(Stream stream, int size, CancellationToken cancellationToken)
    {
        await using (stream)
        {
            var content = GC.AllocateUninitializedArray<byte>(size);
            await stream.ReadExactlyAsync(content, cancellationToken);
            return content;
        }
    }

#pragma warning disable CA5394 // Spreads retries; nothing is secret about it.
    private static double Jitter() => Random.Shared.NextDouble();
#pragma warning restore CA5394

    /// <param name="Bytes">How many.</param>
    /// <param name="Reads">Whether sending reads from the zip, which only one may do at a time.</param>
    /// <param name="SendAsync">May be called again.</param>
    private sealed record Sending(long Bytes, bool Reads, Func<CancellationToken, Task> SendAsync);
}

/// <param name="Path">Within the site.</param>
/// <param name="File">What stands there then.</param>
/// <param name="Found">The ETag of the object whose bytes are right already, and lacks only its headers; null to send bytes.</param>
internal sealed record Upload(string Path, SiteFile File, string? Found);
