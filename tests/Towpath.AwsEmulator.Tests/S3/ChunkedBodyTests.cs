using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Towpath.AwsEmulator.S3;

namespace Towpath.AwsEmulator.Tests.S3;

/// <summary>Chunks and trailers, signed by hand, so that each can be made wrong.</summary>
public sealed class ChunkedBodyTests : IAsyncLifetime
{
    private const string Signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string SignedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    private const string UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    private const string Crc32OfAbc = "NSRBwg==";

    private readonly HttpClient _http = new();
    private Emulator _emulator = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        S3State.Of(_emulator.State).AddBucket("site");
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _emulator.DisposeAsync();
    }

    [Theory]
    [InlineData(Signed, null)]
    [InlineData(SignedTrailer, Crc32OfAbc)]
    [InlineData(UnsignedTrailer, Crc32OfAbc)]
    public async Task Right_chunks_are_put_together(string payload, string? checksum)
    {
        Assert.Equal((200, ""), await PutAsync(payload, ["a", "bc"], checksum));
        Assert.Equal("abc", S3State.Of(_emulator.State).TextOf("site", "x"));
    }

    [Theory]
    [InlineData(Signed, null)]
    [InlineData(SignedTrailer, Crc32OfAbc)]
    public async Task A_changed_chunk_is_a_wrong_signature(string payload, string? checksum) =>
        await RefusedAsync(await PutAsync(payload, ["a", "bc"], checksum, body => body.Replace("bc\r\n", "bd\r\n", StringComparison.Ordinal)), "SignatureDoesNotMatch");

    [Fact]
    public async Task A_changed_trailer_is_a_wrong_signature() => await RefusedAsync(
        await PutAsync(SignedTrailer, ["abc"], Crc32OfAbc, body => body.Replace(Crc32OfAbc, "AAAAAA==", StringComparison.Ordinal)), "SignatureDoesNotMatch");

    [Theory]
    [InlineData(SignedTrailer)]
    [InlineData(UnsignedTrailer)]
    public async Task A_checksum_of_something_else_is_a_bad_digest(string payload) =>
        await RefusedAsync(await PutAsync(payload, ["abc"], "AAAAAA=="), "BadDigest");

    [Theory]
    [InlineData("3\r\nabc\r\n0\r\n\r\n", 4, "IncompleteBody")]
    [InlineData("3\r\nabc\r\n0\r\n\r\n", 2, "InvalidRequest")]
    [InlineData("zz\r\nabc\r\n0\r\n\r\n", 3, "InvalidRequest")]
    [InlineData("3\r\nab", 3, "IncompleteBody")]
    public async Task A_body_that_is_not_what_it_says_is_refused(string body, int length, string code) =>
        await RefusedAsync(await PutAsync(UnsignedTrailer, [], null, _ => body, length), code);

    [Fact]
    public async Task A_virtual_host_names_the_bucket()
    {
        Assert.Equal((200, ""), await PutAsync(Signed, ["abc"], null, host: $"site.localhost:{_emulator.Url.Port}", path: "/dir/x%20y"));
        Assert.Equal("abc", S3State.Of(_emulator.State).TextOf("site", "dir/x y"));
    }

    private async Task RefusedAsync((int Status, string Body) answer, string code)
    {
        Assert.InRange(answer.Status, 400, 403);
        Assert.Contains($"<Code>{code}</Code>", answer.Body, StringComparison.Ordinal);
        Assert.Null(S3State.Of(_emulator.State).TextOf("site", "x"));
    }

    private async Task<(int Status, string Body)> PutAsync(
        string payload, string[] chunks, string? checksum, Func<string, string>? change = null, int? length = null, string? host = null, string path = "/site/x")
    {
        var cancellation = TestContext.Current.CancellationToken;
        var stamp = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = host ?? _emulator.Url.Authority, ["x-amz-content-sha256"] = payload, ["x-amz-date"] = stamp,
            ["x-amz-decoded-content-length"] = $"{length ?? chunks.Sum(c => c.Length)}",
        };
        if (checksum is not null) headers["x-amz-trailer"] = "x-amz-checksum-crc32";
        var scope = $"{stamp[..8]}/{_emulator.Options.Region}/s3/aws4_request";
        var key = Encoding.UTF8.GetBytes("AWS4" + _emulator.Options.Secret);
        foreach (var part in scope.Split('/')) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var names = string.Join(';', headers.Keys);
        var canonical = $"PUT\n{path}\n\n{string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n"))}\n{names}\n{payload}";
        var seed = Sign(key, $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hash(canonical)}");
        var body = BodyOf(payload, chunks, checksum, key, seed, $"{stamp}\n{scope}");

        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(_emulator.Url, path));
        request.Content = new ByteArrayContent(Encoding.ASCII.GetBytes(change?.Invoke(body) ?? body));
        request.Content.Headers.ContentEncoding.Add("aws-chunked");
        request.Headers.Host = headers["host"];
        foreach (var (name, value) in headers.Where(h => h.Key != "host")) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={_emulator.Options.AccessKey}/{scope},SignedHeaders={names},Signature={seed}");
        using var answer = await _http.SendAsync(request, cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellation));
    }

    private static string BodyOf(string payload, string[] chunks, string? checksum, byte[] key, string seed, string when)
    {
        var signs = payload.StartsWith(Signed, StringComparison.Ordinal);
        var (body, previous) = (new StringBuilder(), seed);
        foreach (var chunk in (string[])[.. chunks, ""])
        {
            previous = Sign(key, $"AWS4-HMAC-SHA256-PAYLOAD\n{when}\n{previous}\n{Hash("")}\n{Hash(chunk)}");
            body.Append(CultureInfo.InvariantCulture, $"{chunk.Length:x}").Append(signs ? $";chunk-signature={previous}" : "").Append("\r\n");
            if (chunk.Length > 0) body.Append(chunk).Append("\r\n");
        }

        if (checksum is null) return body.Append("\r\n").ToString();
        body.Append("x-amz-checksum-crc32:").Append(checksum).Append("\r\n");
        if (signs) body.Append("x-amz-trailer-signature:").Append(Sign(key, $"AWS4-HMAC-SHA256-TRAILER\n{when}\n{previous}\n{Hash($"x-amz-checksum-crc32:{checksum}\n")}")).Append("\r\n");
        return body.Append("\r\n").ToString();
    }

    private static string Sign(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
