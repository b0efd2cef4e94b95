using System.Xml.Linq;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.S3;

/// <summary>Copies within S3.</summary>
internal static class CopyOperations
{
    public static void Register(Dictionary<string, Func<S3Call, Task>> operations) => operations["CopyObject"] = CopyAsync;

    /// <summary><c>bucket/key</c> of the source, decoded and without a version.</summary>
    public static string SourceOf(HttpRequest request)
    {
        var source = request.Headers["x-amz-copy-source"].ToString();
        var mark = source.IndexOf("?versionId=", StringComparison.Ordinal);
        return Uri.UnescapeDataString(mark < 0 ? source : source[..mark]).TrimStart('/');
    }

    /// <summary>The object that a copy reads; its conditions are checked.</summary>
    public static StoredObject Find(S3Call call)
    {
        var header = call.Request.Headers["x-amz-copy-source"].ToString();
        var (bucket, key) = SourceOf(call.Request).Split('/', 2) is [var b, var k] ? (b, k) : throw S3Fault.InvalidArgument("Invalid copy source object key");
        var from = call.State.Buckets.GetValueOrDefault(bucket) ?? throw S3Fault.NoSuchBucket(bucket);
        call.CheckPolicy(from, [new("s3:GetObject", $"arn:aws:s3:::{bucket}/{key}")]);
        var mark = header.IndexOf("?versionId=", StringComparison.Ordinal);
        var found = mark < 0 ? from.Find(key) : from.Find(key, header[(mark + "?versionId=".Length)..]);
        if (found is not { IsDeleteMarker: false }) throw S3Fault.NoSuchKey(key);
        var headers = call.Request.Headers;
        if (headers["x-amz-copy-source-if-match"] is { Count: > 0 } match && !Conditions.Has(match, found.ETag))
            throw S3Fault.PreconditionFailed("x-amz-copy-source-If-Match");
        if (headers["x-amz-copy-source-if-none-match"] is { Count: > 0 } none && Conditions.Has(none, found.ETag))
            throw S3Fault.PreconditionFailed("x-amz-copy-source-If-None-Match");
        if (mark >= 0 || from.Versioning is not null) call.Response.Headers["x-amz-copy-source-version-id"] = found.VersionId;
        return found;
    }

    private static async Task CopyAsync(S3Call call)
    {
        var source = Find(call);
        var replaces = string.Equals(call.Request.Headers["x-amz-metadata-directive"], "REPLACE", StringComparison.OrdinalIgnoreCase);
        if (!replaces && call.Request.Headers["x-amz-storage-class"].Count == 0 && SourceOf(call.Request) == $"{call.Bucket.Name}/{call.Key}")
            throw S3Fault.InvalidRequest(
                "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, "
                + "storage class, website redirect location or encryption attributes.");
        var stored = source with
        {
            Key = call.Key, VersionId = call.Bucket.NewVersionId() ?? "null", Blob = source.Blob!.Share(), Modified = call.Now,
            Headers = replaces ? ObjectHeaders.Of(call.Request.Headers) : source.Headers,
            Tags = call.Request.Headers["x-amz-tagging-directive"] == "REPLACE" ? TagOperations.Of(call.Request) : source.Tags,
        };
        call.Bucket.Put(stored, current => Conditions.CheckWrite(call, current));
        ObjectOperations.WriteStored(call, stored);
        call.Response.Headers.Remove("ETag");
        await call.XmlAsync(new XElement("CopyObjectResult",
            new XElement("LastModified", XmlAnswer.Instant(stored.Modified)), new XElement("ETag", stored.ETag),
            stored.Checksum is { } checksum ? new XElement(checksum.Element, checksum.Value) : null));
    }
}
