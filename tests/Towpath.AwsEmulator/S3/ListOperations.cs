using System.Text;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling.Signing;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.S3;

/// <summary>Listings of objects and of versions.</summary>
internal static class ListOperations
{
    private const int Most = 1000;
    private static readonly string AfterAll = new('\uffff', 1);

    public static void Register(Dictionary<string, Func<S3Call, Task>> operations)
    {
        operations["ListObjectsV2"] = ListV2;
        operations["ListObjects"] = ListV1;
        operations["ListObjectVersions"] = ListVersions;
    }

    private static Task ListV2(S3Call call)
    {
        var query = call.Request.Query;
        var asked = new Asked(call);
        var token = query["continuation-token"].ToString();
        var startAfter = query["start-after"].ToString();
        var page = PageOf(call, asked, token.Length > 0 ? Decoded(token) : startAfter);
        return call.XmlAsync(new XElement("ListBucketResult",
            new XElement("Name", call.Bucket.Name), asked.Element("Prefix", asked.Prefix),
            token.Length > 0 ? new XElement("ContinuationToken", token) : null,
            startAfter.Length > 0 ? asked.Element("StartAfter", startAfter) : null,
            new XElement("KeyCount", page.Objects.Count + page.Prefixes.Count), new XElement("MaxKeys", asked.MaxKeys),
            asked.Delimiter.Length > 0 ? asked.Element("Delimiter", asked.Delimiter) : null,
            asked.Encodes ? new XElement("EncodingType", "url") : null, new XElement("IsTruncated", page.Next is null ? "false" : "true"),
            page.Next is { } next ? new XElement("NextContinuationToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(next))) : null,
            page.Elements(asked, query["fetch-owner"] == "true" ? call.Bucket.Account : null)));
    }

    private static Task ListV1(S3Call call)
    {
        var asked = new Asked(call);
        var marker = call.Request.Query["marker"].ToString();
        var page = PageOf(call, asked, marker);
        return call.XmlAsync(new XElement("ListBucketResult",
            new XElement("Name", call.Bucket.Name), asked.Element("Prefix", asked.Prefix), asked.Element("Marker", marker),
            new XElement("MaxKeys", asked.MaxKeys), asked.Delimiter.Length > 0 ? asked.Element("Delimiter", asked.Delimiter) : null,
            asked.Encodes ? new XElement("EncodingType", "url") : null, new XElement("IsTruncated", page.Next is null ? "false" : "true"),
            page.Next is { } next && asked.Delimiter.Length > 0 ? asked.Element("NextMarker", next) : null,
            page.Elements(asked, call.Bucket.Account)));
    }

    private static Task ListVersions(S3Call call)
    {
        var asked = new Asked(call);
        var query = call.Request.Query;
        var (keyMarker, versionMarker) = (query["key-marker"].ToString(), query["version-id-marker"].ToString());
        var shown = new List<(StoredObject Version, bool Latest)>();
        var more = call.Bucket.Read(keyMarker, all =>
        {
            foreach (var versions in all)
            {
                var key = versions[^1].Key;
                if (!key.StartsWith(asked.Prefix, StringComparison.Ordinal)) continue;
                var newestFirst = versions.Reverse().Select((v, i) => (Version: v, Latest: i == 0));
                if (key == keyMarker && keyMarker.Length > 0)
                    newestFirst = versionMarker.Length == 0 ? [] : newestFirst.SkipWhile(v => v.Version.VersionId != versionMarker).Skip(1);
                foreach (var version in newestFirst)
                {
                    if (shown.Count == asked.MaxKeys) return true;
                    shown.Add(version);
                }
            }

            return false;
        });
        return call.XmlAsync(new XElement("ListVersionsResult",
            new XElement("Name", call.Bucket.Name), asked.Element("Prefix", asked.Prefix), asked.Element("KeyMarker", keyMarker), new XElement("VersionIdMarker", versionMarker),
            more ? asked.Element("NextKeyMarker", shown[^1].Version.Key) : null, more ? new XElement("NextVersionIdMarker", shown[^1].Version.VersionId) : null,
            new XElement("MaxKeys", asked.MaxKeys), asked.Encodes ? new XElement("EncodingType", "url") : null, new XElement("IsTruncated", more ? "true" : "false"),
            shown.Select(v => VersionElement(call, asked, v.Version, v.Latest))));
    }

    private static XElement VersionElement(S3Call call, Asked asked, StoredObject version, bool latest) => new(
        version.IsDeleteMarker ? "DeleteMarker" : "Version",
        asked.Element("Key", version.Key), new XElement("VersionId", version.VersionId), new XElement("IsLatest", latest ? "true" : "false"),
        new XElement("LastModified", XmlAnswer.Instant(version.Modified)),
        version.IsDeleteMarker ? null : new object[] { new XElement("ETag", version.ETag), new XElement("Size", version.Length), new XElement("StorageClass", version.Headers.StorageClass) },
        BucketOperations.OwnerElement(call.Bucket.Account));

    /// <summary>The token is the last key, or the last common prefix, which passes over all below it.</summary>
    private static Page PageOf(S3Call call, Asked asked, string after)
    {
        var passed = asked.Delimiter.Length > 0 && after.EndsWith(asked.Delimiter, StringComparison.Ordinal) && after.StartsWith(asked.Prefix, StringComparison.Ordinal)
            ? after
            : null;
        var from = string.CompareOrdinal(after, asked.Prefix) > 0 ? after : asked.Prefix;
        var page = new Page();
        var last = "";
        while (true)
        {
            // A common prefix is jumped over, however many keys it holds.
            var jump = call.Bucket.Read(from, all => Collect(all, asked, after, passed, page, ref last));
            if (jump is null) return page;
            from = jump;
        }
    }

    private static string? Collect(
        IEnumerable<IReadOnlyList<StoredObject>> all, Asked asked, string after, string? passed, Page page, ref string last)
    {
        foreach (var versions in all)
        {
            var current = versions[^1];
            var key = current.Key;
            if (!key.StartsWith(asked.Prefix, StringComparison.Ordinal)) return null;
            if (current.IsDeleteMarker || string.CompareOrdinal(key, after) <= 0) continue;
            if (passed is not null && key.StartsWith(passed, StringComparison.Ordinal)) return passed + AfterAll;
            var end = asked.Delimiter.Length == 0 ? -1 : key.IndexOf(asked.Delimiter, asked.Prefix.Length, StringComparison.Ordinal);
            if (page.Objects.Count + page.Prefixes.Count == asked.MaxKeys)
            {
                page.Next = asked.MaxKeys == 0 ? null : last;
                return null;
            }

            if (end < 0)
            {
                page.Objects.Add(current);
                last = key;
                continue;
            }

            last = key[..(end + asked.Delimiter.Length)];
            page.Prefixes.Add(last);
            return last + AfterAll;
        }

        return null;
    }

    private static string Decoded(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(token));
        }
        catch (FormatException)
        {
            throw S3Fault.InvalidArgument("The continuation token provided is incorrect");
        }
    }

    private sealed class Page
    {
        public List<StoredObject> Objects { get; } = [];

        public List<string> Prefixes { get; } = [];

        public string? Next { get; set; }

        public IEnumerable<XElement> Elements(Asked asked, string? owner) =>
            Objects.Select(o => new XElement("Contents",
                asked.Element("Key", o.Key), new XElement("LastModified", XmlAnswer.Instant(o.Modified)), new XElement("ETag", o.ETag),
                o.Checksum is { } checksum ? new XElement("ChecksumAlgorithm", checksum.Algorithm.ToUpperInvariant()) : null,
                new XElement("Size", o.Length), owner is null ? null : BucketOperations.OwnerElement(owner), new XElement("StorageClass", o.Headers.StorageClass)))
            .Concat(Prefixes.Select(p => new XElement("CommonPrefixes", asked.Element("Prefix", p))));
    }

    private sealed class Asked(S3Call call)
    {
        public string Prefix { get; } = call.Request.Query["prefix"].ToString();

        public string Delimiter { get; } = call.Request.Query["delimiter"].ToString();

        public bool Encodes { get; } = call.Request.Query["encoding-type"] == "url";

        public int MaxKeys { get; } = int.TryParse(call.Request.Query["max-keys"], out var most) && most >= 0 ? Math.Min(most, Most) : Most;

        public XElement Element(string name, string value) => new(name, Encodes ? UriEncoding.Encode(value, keepSlashes: true) : value);
    }
}
