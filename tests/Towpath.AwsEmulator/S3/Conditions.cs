using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Towpath.AwsEmulator.S3;

/// <summary>Conditional requests. Source: Amazon S3 API Reference, GetObject and PutObject.</summary>
internal static class Conditions
{
    public static void CheckRead(S3Call call, StoredObject stored)
    {
        var headers = call.Request.Headers;
        var matches = headers.IfMatch;
        if (matches.Count > 0 && !Has(matches, stored.ETag)) throw S3Fault.PreconditionFailed("If-Match");
        if (matches.Count == 0 && Instant(headers.IfUnmodifiedSince) is { } unmodified && Seconds(stored) > unmodified)
            throw S3Fault.PreconditionFailed("If-Unmodified-Since");
        var none = headers.IfNoneMatch;
        if (none.Count > 0 ? Has(none, stored.ETag) : Instant(headers.IfModifiedSince) is { } modified && Seconds(stored) <= modified) throw S3Fault.NotModified();
    }

    public static void CheckWrite(S3Call call, StoredObject? current)
    {
        var headers = call.Request.Headers;
        if (headers.IfNoneMatch.Count > 0)
        {
            if (headers.IfNoneMatch != "*")
                throw S3Fault.Of("NotImplemented", "A header you provided implies functionality that is not implemented", 501, ("Header", "If-None-Match"));
            if (current is not null) throw S3Fault.PreconditionFailed("If-None-Match");
        }

        if (headers.IfMatch.Count == 0) return;
        if (current is null) throw S3Fault.NoSuchKey(call.Key);
        if (!Has(headers.IfMatch, current.ETag)) throw S3Fault.PreconditionFailed("If-Match");
    }

    public static bool Has(StringValues tags, string etag) =>
        tags.ToString().Split(',', StringSplitOptions.TrimEntries).Any(t => t == "*" || t.Trim('"') == etag.Trim('"'));

    private static DateTimeOffset? Instant(StringValues header) =>
        DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    private static DateTimeOffset Seconds(StoredObject stored) => DateTimeOffset.FromUnixTimeSeconds(stored.Modified.ToUnixTimeSeconds());
}
