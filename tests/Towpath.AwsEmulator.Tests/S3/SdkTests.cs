using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Towpath.AwsEmulator.S3;

namespace Towpath.AwsEmulator.Tests.S3;

/// <summary>The SDK for .NET as client: it signs chunks, sends trailing checksums and checks what it gets.</summary>
public sealed class SdkTests : IAsyncLifetime
{
    private S3Fixture _fixture = null!;

    private AmazonS3Client Client => _fixture.Client;

    private S3State State => S3State.Of(_fixture.Emulator.State);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _fixture = await S3Fixture.StartAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_000)]
    public async Task An_object_comes_back_as_it_was_put(int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);
        var put = new PutObjectRequest { BucketName = "site", Key = "a b/é+&.bin", InputStream = new MemoryStream(bytes), ContentType = "application/x-test" };
        put.Headers.CacheControl = "max-age=60";
        put.Metadata.Add("towpath-digest", "sha256:abc");

        var stored = await Client.PutObjectAsync(put, Cancellation);
        using var got = await Client.GetObjectAsync("site", "a b/é+&.bin", Cancellation);

        using var content = new MemoryStream();
        await got.ResponseStream.CopyToAsync(content, Cancellation);
        Assert.Equal(bytes, content.ToArray());
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"", stored.ETag);
        Assert.Equal((stored.ETag, "application/x-test", "max-age=60"), (got.ETag, got.Headers.ContentType, got.Headers.CacheControl));
        Assert.Equal("sha256:abc", got.Metadata["towpath-digest"]);
        Assert.Null(State.HeaderOf("site", "a b/é+&.bin", "Content-Encoding"));
    }

    [Theory]
    [InlineData("crc32", true, true)]
    [InlineData("crc32", false, true)]
    [InlineData("crc32c", true, true)]
    [InlineData("crc64nvme", true, true)]
    [InlineData("sha1", true, true)]
    [InlineData("sha256", true, true)]
    [InlineData("sha256", false, true)]
    [InlineData("sha256", true, false)]
    public async Task Every_checksum_and_body_coding_is_verified(string algorithm, bool chunked, bool signed)
    {
        var put = new PutObjectRequest
        {
            BucketName = "site", Key = "x", ContentBody = new string('x', 100_000), ChecksumAlgorithm = ChecksumAlgorithm.FindValue(algorithm.ToUpperInvariant()),
            UseChunkEncoding = chunked, DisablePayloadSigning = !signed,
        };

        try
        {
            await Client.PutObjectAsync(put, Cancellation);
        }
        catch (AmazonClientException)
        {
            // Payload signing may only be left out over HTTPS, and some checksums need a native library.
            return;
        }

        var head = await Client.GetObjectMetadataAsync(
            new GetObjectMetadataRequest { BucketName = "site", Key = "x", ChecksumMode = ChecksumMode.ENABLED }, Cancellation);
        Assert.Equal(100_000, head.ContentLength);
    }

    [Theory]
    [InlineData("crc32", "NSRBwg==")]
    [InlineData("crc32c", "Nks/tw==")]
    [InlineData("crc64nvme", "BeXKuz/B+us=")]
    [InlineData("sha1", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=")]
    [InlineData("sha256", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")]
    public async Task A_checksum_in_a_header_is_compared(string algorithm, string ofAbc)
    {
        Assert.Equal(200, await PutAbcAsync(algorithm, ofAbc));
        Assert.Equal(400, await PutAbcAsync(algorithm, Convert.ToBase64String(new byte[Convert.FromBase64String(ofAbc).Length])));
    }

    [Fact]
    public async Task Conditions_on_writes_are_kept()
    {
        var put = new PutObjectRequest { BucketName = "site", Key = "x", ContentBody = "1", IfNoneMatch = "*" };
        var first = await Client.PutObjectAsync(put, Cancellation);

        await FailsAsync(HttpStatusCode.PreconditionFailed, "PreconditionFailed", () => Client.PutObjectAsync(put, Cancellation));
        await FailsAsync(HttpStatusCode.PreconditionFailed, "PreconditionFailed", () => Client.PutObjectAsync(
            new PutObjectRequest { BucketName = "site", Key = "x", ContentBody = "2", IfMatch = "\"0\"" }, Cancellation));
        await FailsAsync(HttpStatusCode.NotFound, "NoSuchKey", () => Client.PutObjectAsync(
            new PutObjectRequest { BucketName = "site", Key = "y", ContentBody = "2", IfMatch = first.ETag }, Cancellation));
        await Client.PutObjectAsync(new PutObjectRequest { BucketName = "site", Key = "x", ContentBody = "3", IfMatch = first.ETag }, Cancellation);
        Assert.Equal("3", State.TextOf("site", "x"));
    }

    [Fact]
    public async Task Ranges_and_conditions_on_reads_are_kept()
    {
        State.Put("site", "x", "0123456789");
        async Task<string> RangeAsync(string range)
        {
            using var got = await Client.GetObjectAsync(new GetObjectRequest { BucketName = "site", Key = "x", ByteRange = new ByteRange(range) }, Cancellation);
            using var reader = new StreamReader(got.ResponseStream);
            return $"{await reader.ReadToEndAsync(Cancellation)} {got.ContentRange}";
        }

        Assert.Equal("234 bytes 2-4/10", await RangeAsync("bytes=2-4"));
        Assert.Equal("89 bytes 8-9/10", await RangeAsync("bytes=8-"));
        Assert.Equal("789 bytes 7-9/10", await RangeAsync("bytes=-3"));
        await FailsAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange", () => RangeAsync("bytes=10-"));
        var etag = (await Client.GetObjectMetadataAsync("site", "x", Cancellation)).ETag;
        await FailsAsync(HttpStatusCode.NotModified, "NotModified", () => Client.GetObjectAsync(
            new GetObjectRequest { BucketName = "site", Key = "x", EtagToNotMatch = etag }, Cancellation));
        await FailsAsync(HttpStatusCode.PreconditionFailed, "PreconditionFailed", () => Client.GetObjectAsync(
            new GetObjectRequest { BucketName = "site", Key = "x", EtagToMatch = "\"0\"" }, Cancellation));
    }

    [Fact]
    public async Task Listings_page_and_group_by_delimiter()
    {
        foreach (var key in (string[])["a", "d/1", "d/2", "d/e/3", "f+ g", "z"]) State.Put("site", key, key);

        var whole = await Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "site" }, Cancellation);
        Assert.Equal(["a", "d/1", "d/2", "d/e/3", "f+ g", "z"], whole.S3Objects.Select(o => o.Key));
        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await Client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = "site", Delimiter = "/", MaxKeys = 1, ContinuationToken = token }, Cancellation);
            seen.AddRange((page.S3Objects ?? []).Select(o => o.Key).Concat(page.CommonPrefixes ?? []));
            token = page.NextContinuationToken;
        }
        while (token is not null);

        Assert.Equal(["a", "d/", "f+ g", "z"], seen);
        var below = await Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "site", Prefix = "d/", Delimiter = "/", StartAfter = "d/1" }, Cancellation);
        Assert.Equal(["d/2", "d/e/"], [.. below.S3Objects.Select(o => o.Key), .. below.CommonPrefixes]);
    }

    [Fact]
    public async Task Versions_stay_until_they_are_deleted_themselves()
    {
        await Client.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = "site", VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } }, Cancellation);
        var first = await Client.PutObjectAsync(new PutObjectRequest { BucketName = "site", Key = "x", ContentBody = "1" }, Cancellation);
        await Client.PutObjectAsync(new PutObjectRequest { BucketName = "site", Key = "x", ContentBody = "2" }, Cancellation);
        var deleted = await Client.DeleteObjectAsync("site", "x", Cancellation);

        Assert.Equal("true", deleted.DeleteMarker);
        await FailsAsync(HttpStatusCode.NotFound, "NoSuchKey", () => Client.GetObjectAsync("site", "x", Cancellation));
        using (var old = await Client.GetObjectAsync(new GetObjectRequest { BucketName = "site", Key = "x", VersionId = first.VersionId }, Cancellation))
        using (var reader = new StreamReader(old.ResponseStream))
            Assert.Equal("1", await reader.ReadToEndAsync(Cancellation));
        var versions = await Client.ListVersionsAsync(new ListVersionsRequest { BucketName = "site" }, Cancellation);
        Assert.Equal([true, false, false], versions.Versions.Select(v => v.IsDeleteMarker ?? false));
        await Client.DeleteObjectAsync("site", "x", deleted.VersionId, Cancellation);
        Assert.Equal("2", State.TextOf("site", "x"));
        await FailsAsync(HttpStatusCode.Conflict, "BucketNotEmpty", () => Client.DeleteBucketAsync("site", Cancellation));
    }

    [Fact]
    public async Task A_multipart_upload_is_one_object_in_the_end()
    {
        var part = RandomNumberGenerator.GetBytes(5 * 1024 * 1024);
        var upload = await Client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = "site", Key = "big", ContentType = "x/y" }, Cancellation);
        var tags = new List<PartETag>();
        for (var number = 1; number <= 2; number++)
        {
            var one = await Client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = "site", Key = "big", UploadId = upload.UploadId, PartNumber = number, InputStream = new MemoryStream(part), PartSize = part.Length,
                },
                Cancellation);
            tags.Add(new PartETag(one));
        }

        var completed = await Client.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { BucketName = "site", Key = "big", UploadId = upload.UploadId, PartETags = tags }, Cancellation);

        var md5 = MD5.HashData(part);
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData([.. md5, .. md5]))}-2\"", completed.ETag);
        Assert.Equal([.. part, .. part], State.BytesOf("site", "big")!);
        Assert.Equal("x/y", State.HeaderOf("site", "big", "Content-Type"));
        await FailsAsync(HttpStatusCode.NotFound, "NoSuchUpload", () => Client.AbortMultipartUploadAsync("site", "big", upload.UploadId, Cancellation));
    }

    [Fact]
    public async Task Copies_take_or_replace_the_metadata()
    {
        State.Put("site", "from", "text", ("Content-Type", "text/css"), ("x-amz-meta-a", "1"));

        await Client.CopyObjectAsync("site", "from", "site", "to", Cancellation);
        var replaced = new CopyObjectRequest
        {
            SourceBucket = "site", SourceKey = "from", DestinationBucket = "site", DestinationKey = "from", MetadataDirective = S3MetadataDirective.REPLACE,
            ContentType = "text/plain",
        };
        await Client.CopyObjectAsync(replaced, Cancellation);

        Assert.Equal(("text", "text/css", "1"), (State.TextOf("site", "to"), State.HeaderOf("site", "to", "Content-Type"), State.HeaderOf("site", "to", "x-amz-meta-a")));
        Assert.Equal(("text", "text/plain", null), (State.TextOf("site", "from"), State.HeaderOf("site", "from", "Content-Type"), State.HeaderOf("site", "from", "x-amz-meta-a")));
    }

    [Fact]
    public async Task A_bucket_of_another_region_or_account_is_not_for_the_caller()
    {
        State.AddBucket("elsewhere", region: "eu-west-1");
        State.AddBucket("theirs", account: "222222222222");

        await FailsAsync(HttpStatusCode.BadRequest, "AuthorizationHeaderMalformed", () => Client.GetObjectAsync("elsewhere", "x", Cancellation));
        await FailsAsync(HttpStatusCode.Forbidden, "AccessDenied", () => Client.GetObjectAsync("theirs", "x", Cancellation));
        await FailsAsync(HttpStatusCode.NotFound, "NoSuchBucket", () => Client.GetObjectAsync("missing", "x", Cancellation));
    }

    [Fact]
    public async Task A_bucket_policy_lets_the_organization_in_and_keeps_what_it_denies_from_everybody()
    {
        State.AddBucket("shared", account: "222222222222");
        State.Put("shared", "v1/x", "text");
        State.Put("shared", "secret/x", "text");
        using var owner = S3Fixture.ClientOf(_fixture.Emulator, credentials: new BasicAWSCredentials("AKIA222222222222TEST", _fixture.Emulator.Options.Secret));
        const string Policy = """
            {"Version":"2012-10-17","Statement":[
              {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::shared/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-towpath000"}}},
              {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::shared/secret/*"}]}
            """;
        await owner.PutBucketPolicyAsync("shared", Policy, Cancellation);

        await Client.CopyObjectAsync("shared", "v1/x", "site", "copied", Cancellation);
        Assert.Equal("text", State.TextOf("site", "copied"));
        await FailsAsync(HttpStatusCode.Forbidden, "AccessDenied", () => Client.PutObjectAsync(new PutObjectRequest { BucketName = "shared", Key = "v1/y", ContentBody = "1" }, Cancellation));
        await FailsAsync(HttpStatusCode.Forbidden, "AccessDenied", () => owner.GetObjectAsync("shared", "secret/x", Cancellation));
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_a_presigned_link_works_until_it_ends()
    {
        State.Put("site", "x y", "text");
        using (var wrong = S3Fixture.ClientOf(_fixture.Emulator, credentials: new BasicAWSCredentials(_fixture.Emulator.Options.AccessKey, "wrong")))
            await FailsAsync(HttpStatusCode.Forbidden, "SignatureDoesNotMatch", () => wrong.GetObjectAsync("site", "x y", Cancellation));
        using var http = new HttpClient();
        var link = await Client.GetPreSignedURLAsync(
            new GetPreSignedUrlRequest { BucketName = "site", Key = "x y", Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5), Protocol = Protocol.HTTP });

        Assert.Equal("text", await http.GetStringAsync(new Uri(link), Cancellation));
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(new Uri(link + "0"), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(new Uri(_fixture.Emulator.Url, "site/x%20y"), Cancellation)).StatusCode);
    }

    private async Task<int> PutAbcAsync(string algorithm, string checksum)
    {
        try
        {
            var put = new PutObjectRequest { BucketName = "site", Key = "abc", InputStream = new MemoryStream(Encoding.ASCII.GetBytes("abc")), UseChunkEncoding = false };
            switch (algorithm)
            {
                case "crc32": put.ChecksumCRC32 = checksum; break;
                case "crc32c": put.ChecksumCRC32C = checksum; break;
                case "crc64nvme": put.ChecksumCRC64NVME = checksum; break;
                case "sha1": put.ChecksumSHA1 = checksum; break;
                default: put.ChecksumSHA256 = checksum; break;
            }

            return (int)(await Client.PutObjectAsync(put, Cancellation)).HttpStatusCode;
        }
        catch (AmazonS3Exception refused)
        {
            Assert.Equal("BadDigest", refused.ErrorCode);
            return (int)refused.StatusCode;
        }
    }

    private static async Task FailsAsync(HttpStatusCode status, string code, Func<Task> call)
    {
        var failed = await Assert.ThrowsAnyAsync<AmazonS3Exception>(call);
        Assert.Equal((status, code), (failed.StatusCode, failed.ErrorCode));
    }
}
