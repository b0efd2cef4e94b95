using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;

namespace Towpath.Aws.S3;

/// <summary>Buckets and their settings (Amazon S3 API Reference).</summary>
public sealed class BucketClient
{
    public const string Blocked = "blocked";
    public const string Encrypted = "AES256";
    public const string Versioned = "Enabled";

    private const string RuleId = "towpath-replaced-versions";
    private const int UploadDays = 7;

    private static readonly XNamespace Ns = "http://s3.amazonaws.com/doc/2006-03-01/";
    private static readonly string[] PublicBlocks = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

    private readonly S3Sender _sender;

    public BucketClient(HttpMessageInvoker http, AwsEndpoints endpoints, IAwsCredentials credentials, TimeProvider time) =>
        _sender = new S3Sender(http, endpoints, credentials, time);

    /// <summary>The lifecycle that is meant, in words to compare.</summary>
    public static string LifecycleText(int noncurrentDays) => $"replaced versions go after {noncurrentDays} days, unfinished uploads after {UploadDays}";

    /// <returns>Null where there is no such bucket.</returns>
    /// <exception cref="AwsException">Among others: it belongs to somebody else.</exception>
    public async Task<FoundBucket?> FindAsync(AwsScope scope, string bucket, CancellationToken cancellationToken)
    {
        var where = new S3Bucket(scope, bucket);
        if (await HeadAsync(where, cancellationToken) is null) return null;
        var access = await GetXmlAsync(where, "GetPublicAccessBlock", "publicAccessBlock", cancellationToken);
        var encryption = await GetXmlAsync(where, "GetBucketEncryption", "encryption", cancellationToken);
        var versioning = await GetXmlAsync(where, "GetBucketVersioning", "versioning", cancellationToken);
        var lifecycle = await GetXmlAsync(where, "GetBucketLifecycleConfiguration", "lifecycle", cancellationToken);
        return new FoundBucket(
            PublicBlocks.All(name => access is not null && Value(access, name) == "true") ? Blocked : "open",
            encryption is null ? null : Value(encryption, "SSEAlgorithm"),
            versioning is null ? null : Value(versioning, "Status"),
            LifecycleOf(lifecycle),
            await GetTextAsync(where, "GetBucketPolicy", "policy", cancellationToken));
    }

    public Task CreateAsync(AwsScope scope, string bucket, CancellationToken cancellationToken) => PutAsync(
        new S3Bucket(scope, bucket), "CreateBucket", null,
        // us-east-1 is where a bucket is that names no place, and naming it is an error.
        scope.Region == "us-east-1" ? null : new XElement(Ns + "CreateBucketConfiguration", new XElement(Ns + "LocationConstraint", scope.Region)), cancellationToken);

    public Task BlockPublicAsync(AwsScope scope, string bucket, CancellationToken cancellationToken) => PutAsync(
        new S3Bucket(scope, bucket), "PutPublicAccessBlock", "publicAccessBlock",
        new XElement(Ns + "PublicAccessBlockConfiguration", PublicBlocks.Select(name => new XElement(Ns + name, "true"))), cancellationToken);

    public Task EncryptAsync(AwsScope scope, string bucket, CancellationToken cancellationToken) => PutAsync(
        new S3Bucket(scope, bucket), "PutBucketEncryption", "encryption",
        new XElement(Ns + "ServerSideEncryptionConfiguration", new XElement(Ns + "Rule", new XElement(Ns + "ApplyServerSideEncryptionByDefault", new XElement(Ns + "SSEAlgorithm", Encrypted)))), cancellationToken);

    public Task VersionAsync(AwsScope scope, string bucket, CancellationToken cancellationToken) => PutAsync(
        new S3Bucket(scope, bucket), "PutBucketVersioning", "versioning", new XElement(Ns + "VersioningConfiguration", new XElement(Ns + "Status", Versioned)), cancellationToken);

    /// <summary>Adds Towpath's rule to those that are there.</summary>
    public async Task PutLifecycleAsync(AwsScope scope, string bucket, int noncurrentDays, CancellationToken cancellationToken)
    {
        var where = new S3Bucket(scope, bucket);
        var others = Rules(await GetXmlAsync(where, "GetBucketLifecycleConfiguration", "lifecycle", cancellationToken)).Where(rule => Value(rule, "ID") != RuleId).Select(Sent);
        await PutAsync(where, "PutBucketLifecycleConfiguration", "lifecycle", new XElement(Ns + "LifecycleConfiguration", others, Rule(noncurrentDays)), cancellationToken);
    }

    public Task PutPolicyAsync(AwsScope scope, string bucket, string policy, CancellationToken cancellationToken) =>
        SendAsync(new S3Bucket(scope, bucket), "PutBucketPolicy", "policy", Encoding.UTF8.GetBytes(policy), "application/json", cancellationToken);

    /// <summary>The region of a bucket.</summary>
    /// <returns>Null where there is no such bucket.</returns>
    public async Task<string?> HeadAsync(S3Bucket bucket, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _sender.SendAsync(bucket, new S3Request("HeadBucket", HttpMethod.Head), cancellationToken);
            return response.Headers.TryGetValues("x-amz-bucket-region", out var region) ? region.First() : bucket.Scope.Region;
        }
        // A signature for another region than the bucket's is a bad request, and HEAD has no body that would say so.
        catch (AwsException e) when (e.Failure.Status is 301 or 307 or 400 && !e.IsAboutCredentials)
        {
            return "another region";
        }
        catch (AwsException e) when (e.Failure.Status == 404)
        {
            return null;
        }
    }

    private async Task<string?> GetTextAsync(S3Bucket bucket, string operation, string setting, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _sender.SendAsync(bucket, new S3Request(operation, HttpMethod.Get) { Query = [new(setting, "")] }, cancellationToken);
            return await response.Content.ReadAsStringAsync(cancellationToken) is { Length: > 0 } text ? text : null;
        }
        catch (AwsException e) when (e.Failure.Status == 404)
        {
            return null;
        }
    }

    private async Task<XElement?> GetXmlAsync(S3Bucket bucket, string operation, string setting, CancellationToken cancellationToken) =>
        await GetTextAsync(bucket, operation, setting, cancellationToken) is { } text ? S3Xml.Parse(text, operation) : null;

    private Task PutAsync(S3Bucket bucket, string operation, string? setting, XElement? document, CancellationToken cancellationToken) =>
        SendAsync(bucket, operation, setting, document is null ? [] : Encoding.UTF8.GetBytes(document.ToString(SaveOptions.DisableFormatting)), "application/xml", cancellationToken);

    private async Task SendAsync(S3Bucket bucket, string operation, string? setting, byte[] body, string type, CancellationToken cancellationToken)
    {
        using var response = await _sender.SendAsync(bucket, new S3Request(operation, HttpMethod.Put)
        {
            Query = setting is null ? [] : [new(setting, "")],
            Headers = body.Length == 0 ? [] : [new("Content-Type", type), new("Content-MD5", Md5(body))],
            Body = S3Body.Of(body),
        }, cancellationToken);
    }

    private static XElement Rule(int noncurrentDays) => new(
        Ns + "Rule",
        new XElement(Ns + "ID", RuleId),
        new XElement(Ns + "Filter", new XElement(Ns + "Prefix", "")),
        new XElement(Ns + "Status", Versioned),
        new XElement(Ns + "NoncurrentVersionExpiration", new XElement(Ns + "NoncurrentDays", noncurrentDays)),
        new XElement(Ns + "AbortIncompleteMultipartUpload", new XElement(Ns + "DaysAfterInitiation", UploadDays)));

    private static string? LifecycleOf(XElement? lifecycle) =>
        Rules(lifecycle).FirstOrDefault(rule => Value(rule, "ID") == RuleId) is { } ours && Value(ours, "Status") == Versioned
            && int.TryParse(Value(ours, "NoncurrentDays"), CultureInfo.InvariantCulture, out var days) ? LifecycleText(days) : null;

    private static IEnumerable<XElement> Rules(XElement? lifecycle) => lifecycle?.Elements().Where(e => e.Name.LocalName == "Rule") ?? [];

    /// <summary>An element that was read, as it has to be sent: in S3's namespace, whatever that of the answer.</summary>
    private static XElement Sent(XElement read) => new(
        Ns + read.Name.LocalName, read.Attributes().Where(a => !a.IsNamespaceDeclaration), read.HasElements ? read.Elements().Select(Sent) : read.Value);

    private static string? Value(XElement element, string name) => element.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value;

#pragma warning disable CA5351 // S3 asks for it as a checksum of these calls.
    private static string Md5(byte[] body) => Convert.ToBase64String(MD5.HashData(body));
#pragma warning restore CA5351
}

/// <param name="PublicAccess"><c>blocked</c> or <c>open</c>.</param>
/// <param name="Encryption">The algorithm; null for none.</param>
/// <param name="Versioning"><c>Enabled</c>, <c>Suspended</c> or null.</param>
/// <param name="Lifecycle">Towpath's rule in words; null where there is none.</param>
/// <param name="Policy">Who may read it; null where there is none.</param>
public sealed record FoundBucket(string PublicAccess, string? Encryption, string? Versioning, string? Lifecycle, string? Policy);
