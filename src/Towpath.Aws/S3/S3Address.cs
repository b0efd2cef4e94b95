using Towpath.Aws.Calling;
using Towpath.Aws.Steps;

namespace Towpath.Aws.S3;

/// <summary>
/// Where a bucket's objects are: a host of its own at AWS, a path below an endpoint that the environment gives, and for names with dots, which no
/// certificate covers (Amazon S3 User Guide, "Virtual hosting of buckets").
/// </summary>
/// <param name="Host">Scheme and authority.</param>
/// <param name="Path">The path, not escaped.</param>
internal sealed record S3Address(string Host, string Path)
{
    /// <exception cref="ArgumentException">The name or key could lead elsewhere; whoever reads one from outside has refused it before.</exception>
    public static S3Address Of(AwsEndpoints endpoints, S3Bucket bucket, string? key)
    {
        if (!PlaceKeys.IsBucket(bucket.Name)) throw new ArgumentException($"'{bucket.Name}' is no bucket's name", nameof(bucket));
        if (key is not null && !S3Reference.IsKey(key)) throw new ArgumentException($"'{key}' is no key that can be asked for", nameof(key));
        var own = endpoints.OverrideOf(AwsService.S3);
        var host = own ?? endpoints.Of(AwsService.S3, bucket.Scope.Region);
        return own is not null || bucket.Name.Contains('.', StringComparison.Ordinal)
            ? new S3Address(host.GetLeftPart(UriPartial.Authority), $"/{bucket.Name}{(key is null ? "" : "/" + key)}")
            : new S3Address($"{host.Scheme}://{bucket.Name}.{host.Authority}", "/" + key);
    }

    public Uri Url(IReadOnlyList<KeyValuePair<string, string>> query)
    {
        var path = string.Join('/', Path.Split('/').Select(Uri.EscapeDataString));
        var text = string.Join('&', query.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        // A key may look like anything; only its exact bytes match the signature.
        return new Uri(Host + path + (text.Length > 0 ? "?" + text : ""), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
