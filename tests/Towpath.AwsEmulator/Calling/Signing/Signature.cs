using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Towpath.AwsEmulator.Calling.Signing;

/// <summary>Recomputes AWS's signature version 4 over a request as it arrived. Source: AWS Signature Version 4 for API requests.</summary>
internal sealed class Signature
{
    public const string Unsigned = "UNSIGNED-PAYLOAD";

    private static readonly string EmptyHash = Convert.ToHexStringLower(SHA256.HashData([]));

    private readonly ConcurrentDictionary<(string Secret, string Date, string Region, string Service), byte[]> _keys = new();

    /// <summary>Null when the signature does not match.</summary>
    public SigningContext? Check(HttpRequest request, CredentialScope scope, string secret, ReadOnlyMemory<byte> body)
    {
        var presigned = request.Query.ContainsKey("X-Amz-Signature");
        var date = (presigned ? request.Query["X-Amz-Date"] : request.Headers["X-Amz-Date"]).ToString();
        var payload = presigned ? Unsigned : PayloadHashOf(request, body);
        var canonical = Canonical(request, scope, payload);
        var scopeName = $"{scope.Date}/{scope.Region}/{scope.Service}/aws4_request";
        var key = _keys.GetOrAdd((secret, scope.Date, scope.Region, scope.Service), static k => Derive(k.Secret, k.Date, k.Region, k.Service));
        var expected = Sign(key, $"AWS4-HMAC-SHA256\n{date}\n{scopeName}\n{Hash(canonical)}");
        return date.StartsWith(scope.Date, StringComparison.Ordinal) && Same(expected, scope.Signature)
            ? new SigningContext(key, date, scopeName, expected)
            : null;
    }

    /// <summary>Whether a buffered body is the one whose hash was signed.</summary>
    public static bool BodyMatches(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var claimed = request.Headers["x-amz-content-sha256"].ToString();
        return claimed.Length != 64 || Same(claimed, Convert.ToHexStringLower(SHA256.HashData(body.Span)));
    }

    public static string Sign(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static string PayloadHashOf(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var claimed = request.Headers["x-amz-content-sha256"].ToString();
        if (claimed.Length > 0) return claimed;
        return body.IsEmpty ? EmptyHash : Convert.ToHexStringLower(SHA256.HashData(body.Span));
    }

    private static string Canonical(HttpRequest request, CredentialScope scope, string payload)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? target : target[..mark];
        var text = new StringBuilder(512).Append(request.Method).Append('\n');
        // S3 signs the path once encoded, every other service twice.
        text.Append(UriEncoding.Encode(scope.Service == "s3" ? Uri.UnescapeDataString(path) : path, keepSlashes: true)).Append('\n');
        AppendQuery(text, mark < 0 ? "" : target[(mark + 1)..]);
        text.Append('\n');
        foreach (var name in scope.SignedHeaders.Split(';'))
        {
            var value = name == "host" ? request.Host.Value ?? "" : string.Join(',', request.Headers[name].Select(v => Collapse(v ?? "")));
            text.Append(name).Append(':').Append(value).Append('\n');
        }

        return text.Append('\n').Append(scope.SignedHeaders).Append('\n').Append(payload).ToString();
    }

    private static void AppendQuery(StringBuilder text, string query)
    {
        if (query.Length == 0) return;
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(static p => p.Split('=', 2))
            .Select(static p => (Name: Recode(p[0]), Value: p.Length > 1 ? Recode(p[1]) : ""))
            .Where(static p => p.Name != "X-Amz-Signature")
            .OrderBy(static p => p.Name, StringComparer.Ordinal).ThenBy(static p => p.Value, StringComparer.Ordinal);
        text.AppendJoin('&', pairs.Select(static p => $"{p.Name}={p.Value}"));
    }

    private static string Recode(string encoded) => UriEncoding.Encode(Uri.UnescapeDataString(encoded), keepSlashes: false);

    private static string Collapse(string value)
    {
        value = value.Trim();
        while (value.Contains("  ", StringComparison.Ordinal)) value = value.Replace("  ", " ", StringComparison.Ordinal);
        return value;
    }

    private static byte[] Derive(string secret, string date, string region, string service)
    {
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secret), Encoding.UTF8.GetBytes(date));
        foreach (var part in (string[])[region, service, "aws4_request"]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }
}
