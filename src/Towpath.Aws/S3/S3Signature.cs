using System.Globalization;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace Towpath.Aws.S3;

/// <summary>
/// Makes the message to send, signed with the SDK's Signature Version 4 over a hash of the body that is known beforehand. The SDK would read the body
/// for it, so that the canonical request is made here (AWS Signature Version 4, "Create a canonical request").
/// </summary>
internal static class S3Signature
{
    private const string EmptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public static HttpRequestMessage Sign(S3Request request, S3Address address, string region, ImmutableCredentials credentials, DateTimeOffset at)
    {
        var message = new HttpRequestMessage(request.Method, address.Url(request.Query)) { Content = request.Body?.Open() };
        if (message.Content is null && request.Method == HttpMethod.Put) message.Content = new ByteArrayContent([]);
        if (request.Body is { } body) message.Content!.Headers.ContentLength = body.Length;
        var headers = HeadersOf(request, message.RequestUri!, credentials, at);
        var names = string.Join(';', headers.Keys);
        var canonical = $"{request.Method.Method}\n{message.RequestUri!.AbsolutePath}\n{QueryOf(request)}\n"
            + $"{string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n"))}\n{names}\n{headers["x-amz-content-sha256"]}";
        var signature = AWS4Signer.ComputeSignature(credentials.AccessKey, credentials.SecretKey, region, at.UtcDateTime, "s3", names, canonical);
        foreach (var (name, value) in headers)
            if (name != "host" && !message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
        message.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
        return message;
    }

    private static SortedDictionary<string, string> HeadersOf(S3Request request, Uri url, ImmutableCredentials credentials, DateTimeOffset at)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = url.IsDefaultPort ? url.Host : url.Authority,
            ["x-amz-content-sha256"] = request.Body?.Sha256 ?? EmptyBody,
            ["x-amz-date"] = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        };
        if (credentials.UseToken) headers["x-amz-security-token"] = credentials.Token;
        foreach (var (name, value) in request.Headers) headers[name.ToLowerInvariant()] = value;
        return headers;
    }

    private static string QueryOf(S3Request request)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in request.Query.OrderBy(p => p.Key, StringComparer.Ordinal))
            query.Append(query.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        return query.ToString();
    }
}
