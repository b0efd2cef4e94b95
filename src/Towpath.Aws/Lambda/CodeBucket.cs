using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Aws.Lambda.Api;
using Towpath.Aws.S3;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Lambda;

/// <summary>The zips of functions in S3. S3 itself checks each against its digest.</summary>
public sealed class CodeBucket
{
    private const string Checksum = "x-amz-checksum-sha256";

    private readonly S3Sender _sender;

    public CodeBucket(HttpMessageInvoker http, AwsEndpoints endpoints, IAwsCredentials credentials, TimeProvider time) =>
        _sender = new S3Sender(http, endpoints, credentials, time);

    /// <summary>What S3 knows of an object; null where there is none.</summary>
    public async Task<StoredCode?> FindAsync(S3Bucket bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _sender.SendAsync(bucket, new S3Request("HeadObject", HttpMethod.Head, key) { Headers = [new("x-amz-checksum-mode", "ENABLED")] }, cancellationToken);
            // A checksum of parts, which ends in their number, says nothing about the whole and is no digest.
            var digest = CodeHash.ToDigest(response.Headers.TryGetValues(Checksum, out var values) ? values.First() : null);
            return new StoredCode(digest, S3Answer.ETag(response), response.Content.Headers.ContentLength ?? 0);
        }
        catch (AwsException e) when (e.Failure.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Copies within S3: no byte passes through this process.</summary>
    /// <param name="bucket">Where to, and whose credentials read and write.</param>
    /// <param name="key">Under which name.</param>
    /// <param name="from">The object, unchanged since it was looked at.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task CopyAsync(S3Bucket bucket, string key, (string Bucket, string Key, string ETag) from, CancellationToken cancellationToken)
    {
        using var response = await _sender.SendAsync(bucket, new S3Request("CopyObject", HttpMethod.Put, key)
        {
            Headers =
            [
                new("x-amz-copy-source", string.Join('/', $"{from.Bucket}/{from.Key}".Split('/').Select(Uri.EscapeDataString))),
                new("x-amz-copy-source-if-match", from.ETag),
                new("x-amz-checksum-algorithm", "SHA256"),
            ],
        }, cancellationToken);
        // A copy that fails half-way answers 200 with an error in its body.
        await S3Xml.ThrowWhereErrorAsync(response, "CopyObject", cancellationToken);
    }

    /// <summary>Stores a file; S3 refuses other bytes than those that the digest names.</summary>
    public async Task PutAsync(S3Bucket bucket, string key, (string Path, long Length) file, Digest digest, CancellationToken cancellationToken)
    {
        var body = new S3Body(file.Length, digest.Hex, () => new StreamContent(new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 17, useAsync: true)));
        using var response = await _sender.SendAsync(
            bucket, new S3Request("PutObject", HttpMethod.Put, key) { Body = body, Headers = [new("Content-Type", "application/zip"), new(Checksum, CodeHash.Of(digest))] }, cancellationToken);
    }
}

/// <param name="Digest">The bytes, where S3 keeps their SHA-256.</param>
/// <param name="ETag">Changes with the bytes.</param>
/// <param name="Size">Bytes.</param>
public sealed record StoredCode(Digest? Digest, string ETag, long Size);
