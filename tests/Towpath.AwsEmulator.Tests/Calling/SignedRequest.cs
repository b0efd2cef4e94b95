using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Tests.Calling;

/// <summary>Signs calls by hand, so that each part of a signature can be made wrong.</summary>
internal sealed class SignedRequest(Emulator emulator)
{
    private static readonly HttpClient Http = new();

    public string AccessKey { get; set; } = emulator.Options.AccessKey;

    public string Secret { get; set; } = emulator.Options.Secret;

    public string? SessionToken { get; set; }

    public string Region { get; set; } = emulator.Options.Region;

    public DateTimeOffset? At { get; set; }

    /// <summary>Changes the request after it was signed.</summary>
    public Action<HttpRequestMessage>? Tamper { get; set; }

    public async Task<(int Status, JsonNode Body)> JsonAsync(string service, string target, JsonObject input)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, emulator.Url);
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        var response = await SendAsync(request, service, input.ToJsonString(), "application/x-amz-json-1.1");
        return (response.Status, JsonNode.Parse(response.Body)!);
    }

    public Task<(int Status, string Body)> QueryAsync(string service, string form) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, emulator.Url), service, form, "application/x-www-form-urlencoded");

    public async Task<(int Status, string Body)> SendAsync(HttpRequestMessage request, string service, string body, string contentType)
    {
        var cancellation = TestContext.Current.CancellationToken;
        request.Content = new StringContent(body, Encoding.UTF8);
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var now = At ?? emulator.Options.Time.GetUtcNow();
        var (day, stamp) = (now.UtcDateTime.ToString("yyyyMMdd"), now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'"));
        request.Headers.TryAddWithoutValidation("X-Amz-Date", stamp);
        if (SessionToken is not null) request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", SessionToken);
        var headers = SessionToken is null ? "host;x-amz-date" : "host;x-amz-date;x-amz-security-token";
        var canonical = $"{request.Method}\n{request.RequestUri!.AbsolutePath}\n{request.RequestUri.Query.TrimStart('?')}\n"
            + $"host:{request.RequestUri.Authority}\nx-amz-date:{stamp}\n{(SessionToken is null ? "" : $"x-amz-security-token:{SessionToken}\n")}"
            + $"\n{headers}\n{Hash(body)}";
        var scope = $"{day}/{Region}/{service}/aws4_request";
        var key = Encoding.UTF8.GetBytes("AWS4" + Secret);
        foreach (var part in (string[])[day, Region, service, "aws4_request"]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hash(canonical)}")));
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={AccessKey}/{scope}, SignedHeaders={headers}, Signature={signature}");
        Tamper?.Invoke(request);
        using var response = await Http.SendAsync(request, cancellation);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
