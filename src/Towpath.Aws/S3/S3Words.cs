using Towpath.Aws.Calling;
using Towpath.Aws.Steps;

namespace Towpath.Aws.S3;

/// <summary>What S3's refusals mean for whoever wrote the spec, with the one thing to do next.</summary>
public static class S3Words
{
    public static string Of(AwsException exception, S3Bucket bucket) => exception switch
    {
        { Failure.BucketRegion: { } region } when region != bucket.Scope.Region =>
            $"the bucket '{bucket}' is in {region}, not in {bucket.Scope.Region}; set the region to {region}",
        { Code: "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" } or { Failure.Status: 301 } =>
            $"the bucket '{bucket}' is not in {bucket.Scope.Region}; set the region to the bucket's own",
        { Code: "NoSuchBucket" } => $"there is no bucket '{bucket}' in {bucket.Scope.Region}; create it, or check its name and the region",
        { IsDenied: true } =>
            $"{exception.Failure}; allow {ActionOf(exception.Failure.Operation)} on the bucket '{bucket}' to {bucket.Scope.Role ?? "the credentials in use"}, here and in the bucket's own policy",
        _ => AwsWords.Of(exception),
    };

    // Without the right to list, S3 says denied where an object is just not there (Amazon S3 API Reference, "GetObject").
    private static string ActionOf(string operation) => operation switch
    {
        "HeadObject" or "GetObject" => "s3:GetObject and s3:ListBucket",
        "ListObjectsV2" or "HeadBucket" => "s3:ListBucket",
        "DeleteObjects" => "s3:DeleteObject",
        "CopyObject" => "s3:GetObject and s3:PutObject",
        _ => "s3:" + operation,
    };
}
