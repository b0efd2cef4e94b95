using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Aws.Steps;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Aws.S3;

/// <summary>Artifacts in a bucket: <c>s3://bucket/key</c>. What they are is read, never believed: the digest is that of the bytes.</summary>
public sealed class S3ArtifactSource(S3Client s3, AwsOptions options, AwsEndpoints endpoints) : IArtifactSource, IArtifactSearch
{
    private static readonly string Session = SessionName.Of("artifacts");

    public string Scheme => S3Reference.Scheme;

    public string? Check(string source, OperatorLimits limits)
    {
        if (S3Reference.Parse(source) is { } reference) return ProjectChecks.Bucket(limits, reference.Bucket);
        return S3Reference.DependsOnBuild(source)
            ? $"'{source}' names another bucket with each build; name the bucket, and let only the key depend on the build"
            : S3Reference.Problem(source);
    }

    public async Task<ArtifactLookup> DescribeAsync(string reference, CancellationToken cancellationToken)
    {
        if (S3Reference.Parse(reference) is not { } place) return new ArtifactLookup.Missing(S3Reference.Problem(reference));
        if (BucketOf(place) is not { } bucket) return new ArtifactLookup.Missing(NoRegion(reference));
        try
        {
            await using var download = await s3.GetAsync(bucket, place.Key, cancellationToken);
            if (download is null) return new ArtifactLookup.Missing(NotThere(place));
            var hash = await SHA256.HashDataAsync(download.Content, cancellationToken);
            return new ArtifactLookup.Found(Digest.FromHash(hash), download.About.Size);
        }
        catch (AwsException e) when (!e.IsTransient && !e.IsAboutCredentials)
        {
            return e.IsDenied ? new ArtifactLookup.Refused(S3Words.Of(e, bucket)) : new ArtifactLookup.Missing(S3Words.Of(e, bucket));
        }
    }

    public async Task<Stream> OpenAsync(string reference, CancellationToken cancellationToken)
    {
        var place = S3Reference.Parse(reference) ?? throw new IOException(S3Reference.Problem(reference));
        var bucket = BucketOf(place) ?? throw new IOException(NoRegion(reference));
        try
        {
            var download = await s3.GetAsync(bucket, place.Key, cancellationToken) ?? throw new FileNotFoundException(NotThere(place));
            return new DownloadStream(download);
        }
        catch (AwsException e)
        {
            throw new IOException(S3Words.Of(e, bucket), e);
        }
    }

    public async Task<IReadOnlyList<string>> FindAsync(string beginning, int most, CancellationToken cancellationToken)
    {
        var place = S3Reference.Parse(beginning) ?? throw new IOException(S3Reference.Problem(beginning));
        var bucket = BucketOf(place) ?? throw new IOException(NoRegion(beginning));
        var found = new List<string>();
        await foreach (var listed in s3.ListAsync(bucket, place.Key, cancellationToken))
        {
            found.Add($"{Scheme}://{place.Bucket}/{listed.Key}");
            if (found.Count == most) break;
        }

        return found;
    }

    /// <summary>The bucket that artifacts of this source are in; null for a source of another kind.</summary>
    internal S3Bucket? BucketOf(string source) => S3Reference.Parse(source) is { } reference ? BucketOf(reference) : null;

    private S3Bucket? BucketOf(S3Reference reference) =>
        (options.Region ?? endpoints.DefaultRegion) is { } region ? new S3Bucket(new AwsScope(region, options.SharedServicesRole, Session), reference.Bucket) : null;

    private static string NotThere(S3Reference reference) => $"there is no object '{reference.Key}' in the bucket '{reference.Bucket}'; build it first, or correct the reference";

    private static string NoRegion(string reference) => $"no region is known for '{reference}'; set AWS_REGION, or `aws: {{ region: … }}` in towpath.yaml";
}

/// <summary><c>s3://bucket/key</c>.</summary>
public sealed partial record S3Reference(string Bucket, string Key)
{
    public const string Scheme = "s3";

    /// <returns>Null where it is none, or its bucket or key could lead elsewhere.</returns>
    public static S3Reference? Parse(string text) =>
        Shape().Match(text) is { Success: true } match && PlaceKeys.IsBucket(match.Groups["bucket"].Value) && IsKey(match.Groups["key"].Value)
            ? new S3Reference(match.Groups["bucket"].Value, match.Groups["key"].Value) : null;

    public static string Problem(string text) => $"'{text}' is no object of a bucket; write it as s3://bucket/key";

    /// <summary>Whether the bucket is to be filled in with each build.</summary>
    public static bool DependsOnBuild(string text) => Shape().Match(text) is { Success: true } match && match.Groups["bucket"].Value.Contains('{', StringComparison.Ordinal);

    /// <summary>S3 takes more, but a key with a part <c>.</c> or <c>..</c> may mean another object, even in another bucket, to whoever stands in between.</summary>
    public static bool IsKey(string text) => text.Length > 0 && !text.Split('/').Any(part => part is "." or "..");

    [GeneratedRegex(@"\As3://(?<bucket>[^/]+)/(?<key>.+)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();
}
