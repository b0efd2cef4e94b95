using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.S3;

/// <summary>S3's errors. Source: Amazon S3 API Reference, error responses.</summary>
internal static class S3Fault
{
    public static AwsFault NoSuchBucket(string bucket) => Of("NoSuchBucket", "The specified bucket does not exist", 404, ("BucketName", bucket));

    public static AwsFault NoSuchKey(string key) => Of("NoSuchKey", "The specified key does not exist.", 404, ("Key", key));

    public static AwsFault NoSuchVersion(string key, string version) =>
        Of("NoSuchVersion", "The specified version does not exist.", 404, ("Key", key), ("VersionId", version));

    public static AwsFault NoSuchUpload(string upload) => Of(
        "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", 404, ("UploadId", upload));

    public static AwsFault PreconditionFailed(string condition) =>
        Of("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, ("Condition", condition));

    public static AwsFault NotModified() => Of("NotModified", "Not Modified", 304);

    public static AwsFault InvalidRange() => Of("InvalidRange", "The requested range is not satisfiable", 416);

    public static AwsFault BadDigest(string algorithm) => Of("BadDigest", $"The {algorithm} you specified did not match the calculated checksum.");

    public static AwsFault InvalidRequest(string why) => Of("InvalidRequest", why);

    public static AwsFault InvalidArgument(string why) => Of("InvalidArgument", why);

    public static AwsFault MalformedXml() => Of(
        "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

    public static AwsFault AccessDenied() => Of("AccessDenied", "Access Denied", 403);

    public static AwsFault Of(string code, string message, int status = 400, params ReadOnlySpan<(string Name, string Value)> details)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in details) members[name] = value;
        return new AwsFault(code, message, status) { Details = members };
    }
}
