using Amazon.S3;
using Amazon.S3.Model;
using Towpath.Aws.Calling;

namespace Towpath.Aws.S3;

/// <summary>Buckets and their settings.</summary>
public sealed class BucketClient(S3Access s3)
{
    public const string Blocked = "blocked";
    public const string Encrypted = "AES256";
    public const string Versioned = "Enabled";

    private const string RuleId = "towpath-replaced-versions";
    private const int UploadDays = 7;

    /// <summary>The lifecycle that is meant, in words to compare.</summary>
    public static string LifecycleText(int noncurrentDays) => $"replaced versions go after {noncurrentDays} days, unfinished uploads after {UploadDays}";

    /// <returns>Null where there is no such bucket.</returns>
    /// <exception cref="AwsException">Among others: it belongs to somebody else.</exception>
    public async Task<FoundBucket?> FindAsync(AwsScope scope, string bucket, CancellationToken cancellationToken)
    {
        if (await OrNullAsync(() => s3.CallAsync(scope, "HeadBucket", c => c.HeadBucketAsync(new HeadBucketRequest { BucketName = bucket }, cancellationToken), cancellationToken)) is null) return null;
        var access = await OrNullAsync(() => s3.CallAsync(scope, "GetPublicAccessBlock", c => c.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = bucket }, cancellationToken), cancellationToken));
        var encryption = await OrNullAsync(() => s3.CallAsync(scope, "GetBucketEncryption", c => c.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = bucket }, cancellationToken), cancellationToken));
        var versioning = await s3.CallAsync(scope, "GetBucketVersioning", c => c.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = bucket }, cancellationToken), cancellationToken);
        var policy = await OrNullAsync(() => s3.CallAsync(scope, "GetBucketPolicy", c => c.GetBucketPolicyAsync(new GetBucketPolicyRequest { BucketName = bucket }, cancellationToken), cancellationToken));
        return new FoundBucket(
            access?.PublicAccessBlockConfiguration is { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true } ? Blocked : "open",
            encryption?.ServerSideEncryptionConfiguration?.ServerSideEncryptionRules?.FirstOrDefault()?.ServerSideEncryptionByDefault?.ServerSideEncryptionAlgorithm?.Value,
            versioning.VersioningConfig?.Status?.Value,
            LifecycleOf(await RulesAsync(scope, bucket, cancellationToken)),
            policy?.Policy is { Length: > 0 } text ? text : null);
    }

    public Task CreateAsync(AwsScope scope, string bucket, CancellationToken cancellationToken) =>
        s3.CallAsync(scope, "CreateBucket", c => c.PutBucketAsync(new PutBucketRequest { BucketName = bucket, PutBucketConfiguration = Place(scope.Region) }, cancellationToken), cancellationToken);

    public Task BlockPublicAsync(AwsScope scope, string bucket, CancellationToken cancellationToken) => s3.CallAsync(scope, "PutPublicAccessBlock", c => c.PutPublicAccessBlockAsync(
        new PutPublicAccessBlockRequest
        {
            BucketName = bucket,
            PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { BlockPublicAcls = true, BlockPublicPolicy = true, IgnorePublicAcls = true, RestrictPublicBuckets = true },
        }, cancellationToken), cancellationToken);

    public Task EncryptAsync(AwsScope scope, string bucket, CancellationToken cancellationToken) => s3.CallAsync(scope, "PutBucketEncryption", c => c.PutBucketEncryptionAsync(
        new PutBucketEncryptionRequest
        {
            BucketName = bucket,
            ServerSideEncryptionConfiguration = new ServerSideEncryptionConfiguration
            {
                ServerSideEncryptionRules = [new ServerSideEncryptionRule { ServerSideEncryptionByDefault = new ServerSideEncryptionByDefault { ServerSideEncryptionAlgorithm = ServerSideEncryptionMethod.AES256 } }],
            },
        }, cancellationToken), cancellationToken);

    public Task VersionAsync(AwsScope scope, string bucket, CancellationToken cancellationToken) => s3.CallAsync(scope, "PutBucketVersioning", c => c.PutBucketVersioningAsync(
        new PutBucketVersioningRequest { BucketName = bucket, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } }, cancellationToken), cancellationToken);

    /// <summary>Adds Towpath's rule to those that are there.</summary>
    public async Task PutLifecycleAsync(AwsScope scope, string bucket, int noncurrentDays, CancellationToken cancellationToken)
    {
        List<LifecycleRule> rules = [.. (await RulesAsync(scope, bucket, cancellationToken)).Where(r => r.Id != RuleId), Rule(noncurrentDays)];
        await s3.CallAsync(scope, "PutBucketLifecycleConfiguration", c => c.PutLifecycleConfigurationAsync(
            new PutLifecycleConfigurationRequest { BucketName = bucket, Configuration = new LifecycleConfiguration { Rules = rules } }, cancellationToken), cancellationToken);
    }

    public Task PutPolicyAsync(AwsScope scope, string bucket, string policy, CancellationToken cancellationToken) =>
        s3.CallAsync(scope, "PutBucketPolicy", c => c.PutBucketPolicyAsync(new PutBucketPolicyRequest { BucketName = bucket, Policy = policy }, cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<LifecycleRule>> RulesAsync(AwsScope scope, string bucket, CancellationToken cancellationToken) =>
        (await OrNullAsync(() => s3.CallAsync(scope, "GetBucketLifecycleConfiguration", c => c.GetLifecycleConfigurationAsync(
            new GetLifecycleConfigurationRequest { BucketName = bucket }, cancellationToken), cancellationToken)))?.Configuration?.Rules ?? [];

    private static LifecycleRule Rule(int noncurrentDays) => new()
    {
        Id = RuleId,
        Status = LifecycleRuleStatus.Enabled,
        Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } },
        NoncurrentVersionExpiration = new LifecycleRuleNoncurrentVersionExpiration { NoncurrentDays = noncurrentDays },
        AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = UploadDays },
    };

    private static string? LifecycleOf(IReadOnlyList<LifecycleRule> rules) =>
        rules.FirstOrDefault(r => r.Id == RuleId) is { NoncurrentVersionExpiration.NoncurrentDays: { } days } rule && rule.Status == LifecycleRuleStatus.Enabled ? LifecycleText(days) : null;

    // us-east-1 is where a bucket is that names no place, and naming it is an error (Amazon S3 API Reference, "CreateBucket").
    private static PutBucketConfiguration? Place(string region) =>
        region == "us-east-1" ? null : new PutBucketConfiguration { LocationConstraint = new BucketLocationConstraint(region) };

    private static async Task<T?> OrNullAsync<T>(Func<Task<T>> call) where T : class
    {
        try
        {
            return await call();
        }
        catch (AwsException e) when (e.Failure.Status == 404)
        {
            return null;
        }
    }
}

/// <param name="PublicAccess"><c>blocked</c> or <c>open</c>.</param>
/// <param name="Encryption">The algorithm; null for none.</param>
/// <param name="Versioning"><c>Enabled</c>, <c>Suspended</c> or null.</param>
/// <param name="Lifecycle">Towpath's rule in words; null where there is none.</param>
/// <param name="Policy">Who may read it; null where there is none.</param>
public sealed record FoundBucket(string PublicAccess, string? Encryption, string? Versioning, string? Lifecycle, string? Policy);
