using Amazon.S3;
using Amazon.S3.Model;
using Towpath.Aws.Calling;
using Towpath.Aws.S3;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Lambda;

/// <summary>The zips of functions in S3. S3 itself checks each against its digest.</summary>
public sealed class CodeBucket(S3Access s3)
{
    /// <summary>What S3 knows of an object; null where there is none.</summary>
    public async Task<StoredCode?> FindAsync(AwsScope scope, string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            var head = await s3.CallAsync(scope, "HeadObject", client => client.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = bucket, Key = key, ChecksumMode = ChecksumMode.ENABLED }, cancellationToken), cancellationToken);
            // A checksum of parts, which ends in their number, says nothing about the whole and is no digest.
            return new StoredCode(Api.CodeHash.ToDigest(head.ChecksumSHA256), head.ETag, head.ContentLength);
        }
        catch (AwsException e) when (e.Failure.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Where the bucket is.</summary>
    /// <returns>Null where there is no such bucket.</returns>
    public async Task<string?> RegionOfAsync(AwsScope scope, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            var head = await s3.CallAsync(scope, "HeadBucket", client => client.HeadBucketAsync(new HeadBucketRequest { BucketName = bucket }, cancellationToken), cancellationToken);
            return head.BucketRegion ?? scope.Region;
        }
        catch (AwsException e) when (e.Failure.Status is 301 or 307)
        {
            return "another region";
        }
        catch (AwsException e) when (e.Failure.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Copies within S3: no byte passes through this process.</summary>
    /// <param name="scope">Whose credentials read and write.</param>
    /// <param name="from">The object, unchanged since it was looked at.</param>
    /// <param name="to">Where to.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task CopyAsync(AwsScope scope, (string Bucket, string Key, string ETag) from, (string Bucket, string Key) to, CancellationToken cancellationToken) =>
        s3.CallAsync(scope, "CopyObject", client => client.CopyObjectAsync(
            new CopyObjectRequest
            {
                SourceBucket = from.Bucket,
                SourceKey = from.Key,
                ETagToMatch = from.ETag,
                DestinationBucket = to.Bucket,
                DestinationKey = to.Key,
                ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            }, cancellationToken), cancellationToken);

    /// <summary>Stores bytes; S3 refuses those that are not what the digest names.</summary>
    public Task PutAsync(AwsScope scope, (string Bucket, string Key) to, Stream content, Digest digest, CancellationToken cancellationToken) =>
        s3.CallAsync(scope, "PutObject", client => client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = to.Bucket,
                Key = to.Key,
                InputStream = content,
                AutoCloseStream = false,
                ContentType = "application/zip",
                ChecksumSHA256 = Api.CodeHash.Of(digest),
            }, cancellationToken), cancellationToken);
}

/// <param name="Digest">The bytes, where S3 keeps their SHA-256.</param>
/// <param name="ETag">Changes with the bytes.</param>
/// <param name="Size">Bytes.</param>
public sealed record StoredCode(Digest? Digest, string ETag, long Size);
