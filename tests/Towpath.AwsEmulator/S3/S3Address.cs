using Microsoft.AspNetCore.Http.Features;

namespace Towpath.AwsEmulator.S3;

/// <summary>What a request names: bucket and key, by path or by host, and the operation.</summary>
internal sealed record S3Address(string Bucket, string Key, string Operation)
{
    /// <summary>Sub-resources of a bucket that are kept as they were put, with the name of their operation.</summary>
    public static readonly IReadOnlyDictionary<string, string> Configurations = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["lifecycle"] = "BucketLifecycleConfiguration", ["policy"] = "BucketPolicy", ["publicAccessBlock"] = "PublicAccessBlock",
        ["encryption"] = "BucketEncryption", ["tagging"] = "BucketTagging", ["cors"] = "BucketCors", ["website"] = "BucketWebsite",
        ["ownershipControls"] = "BucketOwnershipControls",
    };

    public static S3Address Of(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(mark < 0 ? target : target[..mark]).TrimStart('/');
        if (path.Length > 0 && target.StartsWith("//", StringComparison.Ordinal)) path = Uri.UnescapeDataString((mark < 0 ? target : target[..mark])[1..]);
        string bucket, key;
        if (BucketOfHost(request.Host.Host) is { } named)
        {
            (bucket, key) = (named, Uri.UnescapeDataString(mark < 0 ? target : target[..mark])[1..]);
        }
        else
        {
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            (bucket, key) = slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
        }

        return new S3Address(bucket, key, OperationOf(request, bucket, key));
    }

    /// <summary><c>bucket.localhost</c> or <c>bucket.s3.REGION.amazonaws.com</c>.</summary>
    private static string? BucketOfHost(string host)
    {
        foreach (var end in (string[])[".localhost", ".s3."])
            if (host.IndexOf(end, StringComparison.Ordinal) is > 0 and var at) return host[..at];
        return null;
    }

    private static string OperationOf(HttpRequest request, string bucket, string key)
    {
        var (method, query) = (request.Method, request.Query);
        if (bucket.Length == 0) return method == "GET" ? "ListBuckets" : "Unknown";
        return key.Length == 0 ? OfBucket(method, query) : OfObject(request, method, query);
    }

    private static string OfBucket(string method, IQueryCollection query)
    {
        foreach (var (name, operation) in Configurations)
            if (query.ContainsKey(name)) return Verb(method) + (name == "lifecycle" && method == "DELETE" ? "BucketLifecycle" : operation);
        if (query.ContainsKey("versioning")) return Verb(method) + "BucketVersioning";
        if (query.ContainsKey("acl")) return Verb(method) + "BucketAcl";
        return method switch
        {
            "HEAD" => "HeadBucket",
            "PUT" => "CreateBucket",
            "DELETE" => "DeleteBucket",
            "POST" when query.ContainsKey("delete") => "DeleteObjects",
            "GET" when query.ContainsKey("location") => "GetBucketLocation",
            "GET" when query.ContainsKey("versions") => "ListObjectVersions",
            "GET" when query.ContainsKey("uploads") => "ListMultipartUploads",
            "GET" when query["list-type"] == "2" => "ListObjectsV2",
            "GET" => "ListObjects",
            _ => "Unknown",
        };
    }

    private static string OfObject(HttpRequest request, string method, IQueryCollection query)
    {
        var copies = request.Headers.ContainsKey("x-amz-copy-source");
        if (query.ContainsKey("tagging")) return Verb(method) + "ObjectTagging";
        if (query.ContainsKey("acl")) return Verb(method) + "ObjectAcl";
        return method switch
        {
            "PUT" when query.ContainsKey("uploadId") => copies ? "UploadPartCopy" : "UploadPart",
            "PUT" => copies ? "CopyObject" : "PutObject",
            "POST" when query.ContainsKey("uploads") => "CreateMultipartUpload",
            "POST" when query.ContainsKey("uploadId") => "CompleteMultipartUpload",
            "DELETE" when query.ContainsKey("uploadId") => "AbortMultipartUpload",
            "DELETE" => "DeleteObject",
            "GET" when query.ContainsKey("uploadId") => "ListParts",
            "GET" when query.ContainsKey("attributes") => "GetObjectAttributes",
            "GET" => "GetObject",
            "HEAD" => "HeadObject",
            _ => "Unknown",
        };
    }

    private static string Verb(string method) => method switch { "PUT" => "Put", "DELETE" => "Delete", _ => "Get" };
}
