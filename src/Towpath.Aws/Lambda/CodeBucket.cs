using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Lambda;

/// <summary>The zips of functions in S3, by the SDK. S3 itself checks each against its digest.</summary>
public sealed class CodeBucket(AwsEndpoints endpoints, IAwsCredentials credentials)
{
    /// <summary>What S3 knows of an object; null where there is none.</summary>
    public async Task<StoredCode?> FindAsync(AwsScope scope, string bucket, string key, CancellationToken cancellationToken)
    {
        using var client = await ClientAsync(scope, cancellationToken);
        return await CallAsync("HeadObject", async () =>
        {
            try
            {
                var head = await client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = key, ChecksumMode = ChecksumMode.ENABLED }, cancellationToken);
                return new StoredCode(DigestOf(head.ChecksumSHA256), head.ETag, head.ContentLength);
            }
            catch (AmazonS3Exception e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                return null;
            }
        });
    }

    /// <summary>Whether the bucket is there for these credentials, and in this region.</summary>
    /// <returns>The region that it is in, or null where there is no such bucket.</returns>
    public async Task<string?> RegionOfAsync(AwsScope scope, string bucket, CancellationToken cancellationToken)
    {
        using var client = await ClientAsync(scope, cancellationToken);
        return await CallAsync("HeadBucket", async () =>
        {
            try
            {
                return (await client.HeadBucketAsync(new HeadBucketRequest { BucketName = bucket }, cancellationToken)).BucketRegion ?? scope.Region;
            }
            catch (AmazonS3Exception e) when (e.StatusCode is System.Net.HttpStatusCode.MovedPermanently or System.Net.HttpStatusCode.TemporaryRedirect)
            {
                return "another region";
            }
            catch (AmazonS3Exception e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                return null;
            }
        });
    }

    /// <summary>Copies within S3: no byte passes through this process.</summary>
    /// <param name="scope">Whose credentials read and write.</param>
    /// <param name="from">The object, unchanged since it was looked at.</param>
    /// <param name="bucket">Where to.</param>
    /// <param name="key">Under which name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task CopyAsync(AwsScope scope, (string Bucket, string Key, string ETag) from, string bucket, string key, CancellationToken cancellationToken)
    {
        using var client = await ClientAsync(scope, cancellationToken);
        await CallAsync("CopyObject", () => client.CopyObjectAsync(
            new CopyObjectRequest
            {
                SourceBucket = from.Bucket,
                SourceKey = from.Key,
                ETagToMatch = from.ETag,
                DestinationBucket = bucket,
                DestinationKey = key,
                ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            }, cancellationToken));
    }

    /// <summary>Stores bytes; S3 refuses those that are not what the digest names.</summary>
    public async Task PutAsync(AwsScope scope, string bucket, string key, Stream content, Digest digest, CancellationToken cancellationToken)
    {
        using var client = await ClientAsync(scope, cancellationToken);
        await CallAsync("PutObject", () => client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = key,
                InputStream = content,
                AutoCloseStream = false,
                ContentType = "application/zip",
                ChecksumSHA256 = Api.CodeHash.Of(digest),
            }, cancellationToken));
    }

    private async Task<AmazonS3Client> ClientAsync(AwsScope scope, CancellationToken cancellationToken)
    {
        var keys = await credentials.GetAsync(scope, cancellationToken);
        var config = new AmazonS3Config { AuthenticationRegion = scope.Region, RetryMode = RequestRetryMode.Standard, MaxErrorRetry = AwsRetry.Attempts - 1 };
        if (endpoints.OverrideOf(AwsService.S3) is { } url) (config.ServiceURL, config.ForcePathStyle) = (url.ToString(), true);
        else config.RegionEndpoint = RegionEndpoint.GetBySystemName(scope.Region);
        return new AmazonS3Client(keys.UseToken ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token) : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey), config);
    }

    // A checksum of parts, which ends in their number, says nothing about the whole.
    private static Digest? DigestOf(string? checksum) => Api.CodeHash.ToDigest(checksum);

    private static async Task<T> CallAsync<T>(string operation, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (AmazonServiceException e)
        {
            var code = e.ErrorCode is { Length: > 0 } told && told != "Forbidden" ? told : e.StatusCode == System.Net.HttpStatusCode.Forbidden ? "AccessDenied" : $"HTTP {(int)e.StatusCode}";
            throw new AwsException(new AwsFailure("s3", operation, (int)e.StatusCode, code, e.Message, e.RequestId), e);
        }
        catch (Exception e) when (e is HttpRequestException or AmazonClientException or IOException)
        {
            throw new AwsException(new AwsFailure("s3", operation, 0, "Unreachable", e.Message), e);
        }
    }
}

/// <param name="Digest">The bytes, where S3 keeps their SHA-256.</param>
/// <param name="ETag">Changes with the bytes.</param>
/// <param name="Size">Bytes.</param>
public sealed record StoredCode(Digest? Digest, string ETag, long Size);
