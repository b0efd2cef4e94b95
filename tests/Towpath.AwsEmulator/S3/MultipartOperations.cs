using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Xml.Linq;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.S3;

internal sealed record UploadedPart(int Number, Blob Blob, byte[] Md5, Checksum? Checksum, DateTimeOffset Modified)
{
    public string ETag => $"\"{Convert.ToHexStringLower(Md5)}\"";
}

internal sealed class MultipartUpload(string id, string key, ObjectHeaders headers, string? algorithm, string type, DateTimeOffset started)
{
    public string Id { get; } = id;

    public string Key { get; } = key;

    public ObjectHeaders Headers { get; } = headers;

    /// <summary>Null when the client wants no checksum.</summary>
    public string? Algorithm { get; } = algorithm;

    public string ChecksumType { get; } = type;

    public DateTimeOffset Started { get; } = started;

    public ConcurrentDictionary<int, UploadedPart> Parts { get; } = new();
}

/// <summary>Uploads in parts.</summary>
internal static class MultipartOperations
{
    private const long SmallestPart = 5 * 1024 * 1024;

    public static void Register(Dictionary<string, Func<S3Call, Task>> operations)
    {
        operations["CreateMultipartUpload"] = CreateAsync;
        operations["UploadPart"] = UploadAsync;
        operations["UploadPartCopy"] = CopyAsync;
        operations["CompleteMultipartUpload"] = CompleteAsync;
        operations["AbortMultipartUpload"] = Abort;
        operations["ListParts"] = ListParts;
        operations["ListMultipartUploads"] = ListUploads;
    }

    private static async Task CreateAsync(S3Call call)
    {
        var headers = call.Request.Headers;
        var algorithm = headers["x-amz-checksum-algorithm"].ToString() is { Length: > 0 } named ? named.ToLowerInvariant() : null;
        var type = headers["x-amz-checksum-type"].ToString() is { Length: > 0 } given ? given : algorithm == "crc64nvme" ? "FULL_OBJECT" : "COMPOSITE";
        var upload = new MultipartUpload(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), call.Key, ObjectHeaders.Of(headers), algorithm, type, call.Now);
        call.Bucket.Uploads[upload.Id] = upload;
        if (algorithm is not null)
        {
            call.Response.Headers["x-amz-checksum-algorithm"] = algorithm.ToUpperInvariant();
            call.Response.Headers["x-amz-checksum-type"] = type;
        }

        await call.XmlAsync(new XElement("InitiateMultipartUploadResult",
            new XElement("Bucket", call.Bucket.Name), new XElement("Key", call.Key), new XElement("UploadId", upload.Id)));
    }

    private static async Task UploadAsync(S3Call call)
    {
        var upload = Find(call);
        var number = NumberOf(call);
        var received = await IncomingBody.ReadAsync(call.Call, call.State.Blobs, upload.Algorithm);
        var part = new UploadedPart(number, received.Blob, received.Md5, received.Checksum, call.Now);
        Keep(upload, part);
        call.Response.Headers.ETag = part.ETag;
        if (part.Checksum is { } checksum) call.Response.Headers[checksum.Header] = checksum.Value;
        await call.DoneAsync();
    }

    private static async Task CopyAsync(S3Call call)
    {
        var upload = Find(call);
        var number = NumberOf(call);
        var bytes = CopyOperations.Find(call).Blob!.ToArray();
        if (call.Request.Headers["x-amz-copy-source-range"].ToString() is { Length: > 0 } range && range["bytes=".Length..].Split('-') is [var first, var last])
            bytes = bytes[int.Parse(first)..(int.Parse(last) + 1)];
        var part = new UploadedPart(number, new MemoryBlob(bytes), MD5.HashData(bytes), null, call.Now);
        Keep(upload, part);
        await call.XmlAsync(new XElement("CopyPartResult", new XElement("LastModified", XmlAnswer.Instant(call.Now)), new XElement("ETag", part.ETag)));
    }

    private static async Task CompleteAsync(S3Call call)
    {
        var upload = Find(call);
        var parts = Named(upload, await call.XmlBodyAsync());
        using var whole = upload is { Algorithm: { } algorithm, ChecksumType: "FULL_OBJECT" } ? new ChecksumState(algorithm) : null;
        var blob = await call.State.Blobs.JoinAsync([.. parts.Select(p => p.Blob)], whole, call.Call.Aborted);
        var stored = new StoredObject
        {
            Key = call.Key, VersionId = call.Bucket.NewVersionId() ?? "null", Blob = blob, Modified = call.Now, Headers = upload.Headers, Parts = parts.Count,
            ETag = $"\"{Convert.ToHexStringLower(MD5.HashData([.. parts.SelectMany(p => p.Md5)]))}-{parts.Count}\"", Checksum = ChecksumOf(upload, parts, whole),
        };
        call.Bucket.Put(stored, current => Conditions.CheckWrite(call, current));
        call.Bucket.Uploads.TryRemove(upload.Id, out _);
        foreach (var part in upload.Parts.Values) part.Blob.Release();
        ObjectOperations.WriteStored(call, stored);
        call.Response.Headers.Remove("ETag");
        await call.XmlAsync(new XElement("CompleteMultipartUploadResult",
            new XElement("Location", $"{call.Request.Scheme}://{call.Request.Host}/{call.Bucket.Name}/{call.Key}"),
            new XElement("Bucket", call.Bucket.Name), new XElement("Key", call.Key), new XElement("ETag", stored.ETag),
            stored.Checksum is { } checksum ? new object[] { new XElement(checksum.Element, checksum.Value), new XElement("ChecksumType", checksum.Type) } : null));
    }

    /// <summary>The parts that the client names, as it names them.</summary>
    private static List<UploadedPart> Named(MultipartUpload upload, XElement body)
    {
        var parts = new List<UploadedPart>();
        foreach (var named in body.Elements("Part"))
        {
            if (!int.TryParse(named.Element("PartNumber")?.Value, out var number) || !upload.Parts.TryGetValue(number, out var part)
                || named.Element("ETag")?.Value.Trim('"') != part.ETag.Trim('"'))
                throw S3Fault.Of(
                    "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, "
                    + "or the specified entity tag may not match the part's entity tag.");
            if (parts.Count > 0 && parts[^1].Number >= number)
                throw S3Fault.Of("InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.");
            parts.Add(part);
        }

        if (parts.Count == 0) throw S3Fault.MalformedXml();
        if (parts.SkipLast(1).Any(p => p.Blob.Length < SmallestPart))
            throw S3Fault.Of("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
        return parts;
    }

    private static Checksum? ChecksumOf(MultipartUpload upload, List<UploadedPart> parts, ChecksumState? whole)
    {
        if (upload.Algorithm is not { } algorithm) return null;
        if (whole is not null) return new Checksum(algorithm, Convert.ToBase64String(whole.Finish()));
        using var composite = new ChecksumState(algorithm);
        foreach (var part in parts) composite.Append(Convert.FromBase64String(part.Checksum!.Value));
        return new Checksum(algorithm, $"{Convert.ToBase64String(composite.Finish())}-{parts.Count}", "COMPOSITE");
    }

    private static Task Abort(S3Call call)
    {
        var upload = Find(call);
        call.Bucket.Uploads.TryRemove(upload.Id, out _);
        foreach (var part in upload.Parts.Values) part.Blob.Release();
        return call.DoneAsync(StatusCodes.Status204NoContent);
    }

    private static Task ListParts(S3Call call)
    {
        var upload = Find(call);
        var after = int.TryParse(call.Request.Query["part-number-marker"], out var marker) ? marker : 0;
        var most = int.TryParse(call.Request.Query["max-parts"], out var size) ? Math.Min(size, 1000) : 1000;
        var parts = upload.Parts.Values.Where(p => p.Number > after).OrderBy(p => p.Number).ToList();
        var shown = parts.Take(most).ToList();
        return call.XmlAsync(new XElement("ListPartsResult",
            new XElement("Bucket", call.Bucket.Name), new XElement("Key", call.Key), new XElement("UploadId", upload.Id),
            new XElement("PartNumberMarker", after), new XElement("NextPartNumberMarker", shown.Count > 0 ? shown[^1].Number : after),
            new XElement("MaxParts", most), new XElement("IsTruncated", shown.Count < parts.Count ? "true" : "false"),
            shown.Select(p => new XElement("Part", new XElement("PartNumber", p.Number), new XElement("LastModified", XmlAnswer.Instant(p.Modified)),
                new XElement("ETag", p.ETag), new XElement("Size", p.Blob.Length)))));
    }

    private static Task ListUploads(S3Call call) => call.XmlAsync(new XElement("ListMultipartUploadsResult",
        new XElement("Bucket", call.Bucket.Name), new XElement("MaxUploads", 1000), new XElement("IsTruncated", "false"),
        call.Bucket.Uploads.Values.Where(u => u.Key.StartsWith(call.Request.Query["prefix"].ToString(), StringComparison.Ordinal))
            .OrderBy(u => u.Key, StringComparer.Ordinal).ThenBy(u => u.Started)
            .Select(u => new XElement("Upload", new XElement("Key", u.Key), new XElement("UploadId", u.Id), new XElement("StorageClass", u.Headers.StorageClass),
                new XElement("Initiated", XmlAnswer.Instant(u.Started))))));

    private static MultipartUpload Find(S3Call call)
    {
        var id = call.Request.Query["uploadId"].ToString();
        return call.Bucket.Uploads.TryGetValue(id, out var upload) && upload.Key == call.Key ? upload : throw S3Fault.NoSuchUpload(id);
    }

    private static int NumberOf(S3Call call) => int.TryParse(call.Request.Query["partNumber"], out var number) && number is >= 1 and <= 10_000
        ? number
        : throw S3Fault.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");

    private static void Keep(MultipartUpload upload, UploadedPart part)
    {
        if (upload.Parts.TryRemove(part.Number, out var old)) old.Blob.Release();
        upload.Parts[part.Number] = part;
    }
}
