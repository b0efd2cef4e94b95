using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Tests.Scene;

/// <summary>
/// Calls AWS's protocols over plain HTTP, signed by hand (Signature Version 4): for calls that the distribution's awscli does not
/// know yet, and to see the very bytes.
/// </summary>
internal sealed class SignedHttp(Emulator emulator, string service) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = emulator.Url };

    public string Region { get; init; } = emulator.Options.Region;

    /// <summary>An awsJson call; the answer, or an exception with AWS's code.</summary>
    public async Task<JsonObject> JsonAsync(string target, JsonObject input)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, "/", input.ToJsonString(), ("X-Amz-Target", target), ("Content-Type", "application/x-amz-json-1.1"));
        var body = (JsonObject)JsonNode.Parse(answer)!;
        return status == 200 ? body : throw new AwsRefusal(status, (string?)body["__type"] ?? "", (string?)body["message"] ?? "");
    }

    public async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        var bytes = Encoding.UTF8.GetBytes(body ?? "");
        if (body is not null) request.Content = new ByteArrayContent(bytes);
        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type") request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else request.Headers.TryAddWithoutValidation(name, value);
        }
        Sign(request, bytes);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _http.Dispose();

    private void Sign(HttpRequestMessage request, byte[] body)
    {
        var time = emulator.Options.Time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'");
        var scope = $"{time[..8]}/{Region}/{service}/aws4_request";
        var hash = Hex(SHA256.HashData(body));
        request.Headers.TryAddWithoutValidation("X-Amz-Date", time);
        request.Headers.TryAddWithoutValidation("X-Amz-Content-Sha256", hash);
        var uri = new Uri(emulator.Url, request.RequestUri!);
        var canonical = string.Join('\n',
            request.Method.Method, uri.AbsolutePath, string.Join('&', uri.Query.TrimStart('?').Split('&').Order(StringComparer.Ordinal)),
            $"host:{uri.Authority}", $"x-amz-content-sha256:{hash}", $"x-amz-date:{time}", "", "host;x-amz-content-sha256;x-amz-date", hash);
        var toSign = string.Join('\n', "AWS4-HMAC-SHA256", time, scope, Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        var key = new[] { time[..8], Region, service, "aws4_request" }
            .Aggregate(Encoding.UTF8.GetBytes("AWS4" + emulator.Options.Secret), (with, part) => HMACSHA256.HashData(with, Encoding.UTF8.GetBytes(part)));
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        request.Headers.TryAddWithoutValidation("Authorization",
            $"AWS4-HMAC-SHA256 Credential={emulator.Options.AccessKey}/{scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}");
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}

/// <summary>AWS said no.</summary>
internal sealed class AwsRefusal(int status, string code, string message) : Exception($"{code}: {message}")
{
    public int Status { get; } = status;
    public string Code { get; } = code;
}
