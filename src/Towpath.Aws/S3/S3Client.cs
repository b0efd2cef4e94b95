using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;

namespace Towpath.Aws.S3;

/// <summary>
/// Objects of Amazon S3 (Amazon S3 API Reference). A client of our own, since the SDK's takes three times the processor time for each small
/// object; see decision 2.
/// </summary>
public sealed class S3Client
{
    /// <summary>DeleteObjects takes so many keys at most.</summary>
    private const int MostDeleted = 1000;

    private readonly S3Sender _sender;

    public S3Client(HttpMessageInvoker http, AwsEndpoints endpoints, IAwsCredentials credentials, TimeProvider time) =>
        _sender = new S3Sender(http, endpoints, credentials, time);

    /// <returns>Null where there is no such object.</returns>
    public async Task<S3Object?> HeadAsync(S3Bucket bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _sender.SendAsync(bucket, new S3Request("HeadObject", HttpMethod.Head, key), cancellationToken);
            return S3Answer.Object(response);
        }
        catch (AwsException e) when (e.Failure.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Whether the bucket is there and may be listed, in this region.</summary>
    /// <exception cref="AwsException">It is not.</exception>
    public async Task HeadBucketAsync(S3Bucket bucket, CancellationToken cancellationToken) =>
        (await _sender.SendAsync(bucket, new S3Request("HeadBucket", HttpMethod.Head), cancellationToken)).Dispose();

    /// <summary>Whether S3 lets no policy open the bucket to everybody; null where the caller may not ask.</summary>
    public async Task<bool?> IsPublicAccessBlockedAsync(S3Bucket bucket, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _sender.SendAsync(bucket, new S3Request("GetPublicAccessBlock", HttpMethod.Get) { Query = [new("publicAccessBlock", "")] }, cancellationToken);
            return await S3Xml.IsAllTrueAsync(response, "GetPublicAccessBlock", cancellationToken);
        }
        catch (AwsException e) when (e.Code == "NoSuchPublicAccessBlockConfiguration")
        {
            return false;
        }
        catch (AwsException e) when (!e.IsTransient && !e.IsAboutCredentials)
        {
            return null;
        }
    }

    /// <returns>Null where there is no such object.</returns>
    public async Task<S3Download?> GetAsync(S3Bucket bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _sender.SendAsync(bucket, new S3Request("GetObject", HttpMethod.Get, key) { Streams = true }, cancellationToken);
            return new S3Download(S3Answer.Object(response), await response.Content.ReadAsStreamAsync(cancellationToken), response);
        }
        catch (AwsException e) when (e.Code == "NoSuchKey")
        {
            return null;
        }
    }

    /// <returns>The new ETag.</returns>
    /// <exception cref="AwsException">Among others PreconditionFailed, where the condition does not hold.</exception>
    public async Task<string> PutAsync(S3Bucket bucket, string key, S3Body body, S3Headers headers, S3Condition? condition, CancellationToken cancellationToken)
    {
        using var response = await _sender.SendAsync(
            bucket, new S3Request("PutObject", HttpMethod.Put, key) { Body = body, Headers = [.. headers.All(), .. ConditionOf(condition)], TellsThrottling = condition is null }, cancellationToken);
        return S3Answer.ETag(response);
    }

    /// <summary>Gives an object other headers; its bytes stay where they are.</summary>
    /// <exception cref="AwsException">Among others PreconditionFailed, where the object is another one by now.</exception>
    public async Task ReplaceHeadersAsync(S3Bucket bucket, string key, string etag, S3Headers headers, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string>> all =
        [
            new("x-amz-copy-source", string.Join('/', $"{bucket.Name}/{key}".Split('/').Select(Uri.EscapeDataString))),
            new("x-amz-copy-source-if-match", etag),
            new("x-amz-metadata-directive", "REPLACE"),
            .. headers.All(),
        ];
        using var response = await _sender.SendAsync(bucket, new S3Request("CopyObject", HttpMethod.Put, key) { Headers = all }, cancellationToken);
        // A copy that fails half-way answers 200 with an error in its body.
        await S3Xml.ThrowWhereErrorAsync(response, "CopyObject", cancellationToken);
    }

    public async IAsyncEnumerable<S3Listed> ListAsync(S3Bucket bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            List<KeyValuePair<string, string>> query = [new("list-type", "2"), new("encoding-type", "url"), new("prefix", prefix)];
            if (next is not null) query.Add(new("continuation-token", next));
            using var response = await _sender.SendAsync(bucket, new S3Request("ListObjectsV2", HttpMethod.Get) { Query = query }, cancellationToken);
            (var page, next) = await S3Xml.ReadListAsync(response, cancellationToken);
            foreach (var listed in page) yield return listed;
        }
        while (next is not null);
    }

    /// <summary>Deletes what is there of these keys.</summary>
    public async Task DeleteAsync(S3Bucket bucket, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        foreach (var some in keys.Chunk(MostDeleted))
        {
            var body = S3Xml.WriteDelete(some);
            using var response = await _sender.SendAsync(bucket, new S3Request("DeleteObjects", HttpMethod.Post)
            {
                Query = [new("delete", "")],
                Headers = [new("Content-Type", "application/xml"), new("Content-MD5", Md5(body))],
                Body = S3Body.Of(body),
            }, cancellationToken);
            await S3Xml.ThrowWhereErrorAsync(response, "DeleteObjects", cancellationToken);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> ConditionOf(S3Condition? condition) => condition switch
    {
        S3Condition.Absent => [new("If-None-Match", "*")],
        S3Condition.Unchanged unchanged => [new("If-Match", unchanged.ETag)],
        _ => [],
    };

#pragma warning disable CA5351 // S3 asks for it as a checksum of this call.
    private static string Md5(byte[] body) => Convert.ToBase64String(MD5.HashData(body));
#pragma warning restore CA5351
}
