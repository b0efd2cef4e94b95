using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.S3;

/// <summary>The IAM actions of S3's operations. Source: Service Authorization Reference, Amazon S3.</summary>
internal static class S3Permissions
{
    public static IEnumerable<NeededPermission> NeedsOf(HttpRequest request, S3Address address)
    {
        var bucket = $"arn:aws:s3:::{address.Bucket}";
        var key = $"{bucket}/{address.Key}";
        var versioned = request.Query.ContainsKey("versionId") ? "Version" : "";
        return address.Operation switch
        {
            "PutObject" when request.Headers.ContainsKey("x-amz-tagging") => [new("s3:PutObject", key), new("s3:PutObjectTagging", key)],
            "PutObject" or "CreateMultipartUpload" or "UploadPart" or "CompleteMultipartUpload" => [new("s3:PutObject", key)],
            "GetObject" or "HeadObject" or "GetObjectAttributes" => [new($"s3:GetObject{versioned}", key)],
            "DeleteObject" => [new($"s3:DeleteObject{versioned}", key)],
            // Each key is looked at when it is deleted.
            "DeleteObjects" => [],
            "CopyObject" or "UploadPartCopy" => [new("s3:GetObject", $"arn:aws:s3:::{CopyOperations.SourceOf(request)}"), new("s3:PutObject", key)],
            "AbortMultipartUpload" => [new("s3:AbortMultipartUpload", key)],
            "ListParts" => [new("s3:ListMultipartUploadParts", key)],
            "ListObjects" or "ListObjectsV2" or "HeadBucket" => [new("s3:ListBucket", bucket)],
            "ListObjectVersions" => [new("s3:ListBucketVersions", bucket)],
            "ListMultipartUploads" => [new("s3:ListBucketMultipartUploads", bucket)],
            "ListBuckets" => [new("s3:ListAllMyBuckets", "*")],
            "PutBucketLifecycleConfiguration" or "DeleteBucketLifecycle" => [new("s3:PutLifecycleConfiguration", bucket)],
            "GetBucketLifecycleConfiguration" => [new("s3:GetLifecycleConfiguration", bucket)],
            "PutBucketEncryption" or "DeleteBucketEncryption" => [new("s3:PutEncryptionConfiguration", bucket)],
            "GetBucketEncryption" => [new("s3:GetEncryptionConfiguration", bucket)],
            "PutPublicAccessBlock" or "DeletePublicAccessBlock" => [new("s3:PutBucketPublicAccessBlock", bucket)],
            "GetPublicAccessBlock" => [new("s3:GetBucketPublicAccessBlock", bucket)],
            _ => [new($"s3:{address.Operation}", address.Key.Length > 0 ? key : bucket)],
        };
    }
}
