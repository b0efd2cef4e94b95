using System.Globalization;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.S3;

/// <summary>Single objects.</summary>
internal static class ObjectOperations
{
    public static void Register(Dictionary<string, Func<S3Call, Task>> operations)
    {
        operations["PutObject"] = PutAsync;
        operations["GetObject"] = call => GetAsync(call, withBody: true);
        operations["HeadObject"] = call => GetAsync(call, withBody: false);
        operations["DeleteObject"] = Delete;
        operations["DeleteObjects"] = DeleteManyAsync;
    }

    private static async Task PutAsync(S3Call call)
    {
        if (call.Key.Length > 1024) throw S3Fault.Of("KeyTooLongError", "Your key is too long");
        var tags = TagOperations.Of(call.Request);
        var received = await IncomingBody.ReadAsync(call.Call, call.State.Blobs);
        var stored = new StoredObject
        {
            Key = call.Key, VersionId = call.Bucket.NewVersionId() ?? "null", Blob = received.Blob, ETag = $"\"{Convert.ToHexStringLower(received.Md5)}\"",
            Modified = call.Now, Headers = ObjectHeaders.Of(call.Request.Headers), Checksum = received.Checksum,
            Tags = tags,
        };
        try
        {
            call.Bucket.Put(stored, current => Conditions.CheckWrite(call, current));
        }
        catch (AwsFault)
        {
            received.Blob.Release();
            throw;
        }

        WriteStored(call, stored);
        if (stored.Checksum is { } checksum) call.Response.Headers[checksum.Header] = checksum.Value;
        await call.DoneAsync();
    }

    /// <summary>The headers that answer every write.</summary>
    public static void WriteStored(S3Call call, StoredObject stored)
    {
        call.Response.Headers.ETag = stored.ETag;
        call.Response.Headers["x-amz-server-side-encryption"] = "AES256";
        if (call.Bucket.Versioning is not null) call.Response.Headers["x-amz-version-id"] = stored.VersionId;
    }

    /// <summary>The version that a read names, or the current one.</summary>
    public static StoredObject Find(S3Call call)
    {
        if (call.Request.Query["versionId"].ToString() is not { Length: > 0 } version)
        {
            return call.Bucket.Find(call.Key) ?? throw call.MissingKey();
        }

        var stored = call.Bucket.Find(call.Key, version) ?? throw S3Fault.NoSuchVersion(call.Key, version);
        if (!stored.IsDeleteMarker) return stored;
        call.Response.Headers["x-amz-delete-marker"] = "true";
        throw S3Fault.Of("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
    }

    private static async Task GetAsync(S3Call call, bool withBody)
    {
        var stored = Find(call);
        var response = call.Response;
        response.Headers.ETag = stored.ETag;
        response.Headers.LastModified = stored.Modified.ToString("R", CultureInfo.InvariantCulture);
        Conditions.CheckRead(call, stored);
        stored.Headers.WriteTo(response.Headers);
        WriteStored(call, stored);
        response.Headers.AcceptRanges = "bytes";
        if (stored.Tags.Count > 0) response.Headers["x-amz-tagging-count"] = $"{stored.Tags.Count}";
        if (stored.Checksum is { } checksum && call.Request.Headers["x-amz-checksum-mode"] == "ENABLED" && !call.Request.Headers.ContainsKey("Range"))
        {
            response.Headers[checksum.Header] = checksum.Value;
            response.Headers["x-amz-checksum-type"] = checksum.Type;
        }

        var (offset, count) = RangeOf(call, stored.Length);
        response.ContentLength = count;
        if (withBody && count > 0) await stored.Blob!.WriteAsync(response, offset, count, call.Call.Aborted);
    }

    private static (long Offset, long Count) RangeOf(S3Call call, long length)
    {
        var header = call.Request.Headers.Range.ToString();
        if (!header.StartsWith("bytes=", StringComparison.Ordinal) || header.Contains(',', StringComparison.Ordinal)) return (0, length);
        var parts = header["bytes=".Length..].Split('-', 2);
        long first, last;
        if (parts[0].Length == 0)
        {
            if (!long.TryParse(parts[1], out var suffix)) return (0, length);
            if (suffix == 0) throw S3Fault.InvalidRange();
            (first, last) = (Math.Max(0, length - suffix), length - 1);
        }
        else
        {
            if (!long.TryParse(parts[0], out first)) return (0, length);
            last = parts is [_, { Length: > 0 } end] && long.TryParse(end, out var to) ? Math.Min(to, length - 1) : length - 1;
        }

        if (first >= length) throw S3Fault.InvalidRange();
        if (last < first) return (0, length);
        call.Response.StatusCode = StatusCodes.Status206PartialContent;
        call.Response.Headers.ContentRange = $"bytes {first}-{last}/{length}";
        return (first, last - first + 1);
    }

    private static Task Delete(S3Call call)
    {
        if (call.Request.Query["versionId"].ToString() is { Length: > 0 } version)
        {
            if (call.Bucket.Delete(call.Key, version) is { IsDeleteMarker: true }) call.Response.Headers["x-amz-delete-marker"] = "true";
            call.Response.Headers["x-amz-version-id"] = version;
        }
        else if (call.Bucket.Delete(call.Key, call.Now) is { } marker)
        {
            call.Response.Headers["x-amz-delete-marker"] = "true";
            call.Response.Headers["x-amz-version-id"] = marker.VersionId;
        }

        return call.DoneAsync(StatusCodes.Status204NoContent);
    }

    private static async Task DeleteManyAsync(S3Call call)
    {
        var body = await call.XmlBodyAsync();
        var named = body.Elements("Object").ToList();
        if (named.Count is 0 or > 1000) throw S3Fault.MalformedXml();
        var answer = new XElement("DeleteResult");
        foreach (var each in named)
            if (DeleteOne(call, each) is { } element && (element.Name == "Error" || body.Element("Quiet")?.Value != "true")) answer.Add(element);
        await call.XmlAsync(answer);
    }

    private static XElement DeleteOne(S3Call call, XElement named)
    {
        var (key, version) = (named.Element("Key")?.Value ?? throw S3Fault.MalformedXml(), named.Element("VersionId")?.Value);
        if (!call.MayAlso(version is null ? "s3:DeleteObject" : "s3:DeleteObjectVersion", key))
            return new XElement("Error", new XElement("Key", key), new XElement("Code", "AccessDenied"), new XElement("Message", "Access Denied"));
        var deleted = new XElement("Deleted", new XElement("Key", key));
        if (version is not null)
        {
            deleted.Add(new XElement("VersionId", version));
            if (call.Bucket.Delete(key, version) is { IsDeleteMarker: true })
                deleted.Add(new XElement("DeleteMarker", "true"), new XElement("DeleteMarkerVersionId", version));
        }
        else if (call.Bucket.Delete(key, call.Now) is { } marker)
        {
            deleted.Add(new XElement("DeleteMarker", "true"), new XElement("DeleteMarkerVersionId", marker.VersionId));
        }

        return deleted;
    }
}
