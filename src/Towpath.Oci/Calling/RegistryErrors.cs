using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Oci.Calling;

/// <summary>Reads the errors that registries answer with (OCI distribution specification, "Error Codes").</summary>
internal static class RegistryErrors
{
    private const int LongestMessage = 600;

    public static async Task<RegistryException> ReadAsync(
        RegistryRequest request, HttpResponseMessage response, string? hint, TimeProvider time, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var (code, message) = await ReadBodyAsync(response, cancellationToken);
        var told = response.StatusCode == HttpStatusCode.Unauthorized && hint is not null ? $"{message}{(message.Length > 0 ? "; " : "")}{hint}" : message;
        var shown = PlainText.Of(Redact(told, response.RequestMessage?.Headers.Authorization), LongestMessage);
        return new RegistryException(new RegistryFailure(request.Registry, request.Action, status, code ?? CodeOf(response.StatusCode), shown)
        {
            IsTransient = IsTransient(status), RetryAfter = RetryAfter(response, time),
        });
    }

    public static bool IsTransient(int status) => status is 408 or 429 or 500 or 502 or 503 or 504;

    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private static async Task<(string? Code, string Message)> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await BoundedBody.ReadAsync(response, BoundedBody.SmallAnswer, cancellationToken);
            if (JsonSerializer.Deserialize(body, ErrorJson.Default.ErrorAnswer)?.Errors is [var first, ..])
                return (first.Code is { Length: > 0 } code ? PlainText.Of(code, 60) : null, first.Message ?? "");
        }
        catch (Exception exception) when (exception is JsonException or BodyTooLargeException or IOException or HttpRequestException)
        {
            // The status says enough.
        }

        return (null, "");
    }

    private static string CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => "unauthorized",
        HttpStatusCode.Forbidden => "denied",
        HttpStatusCode.NotFound => "not_found",
        HttpStatusCode.TooManyRequests => "too_many_requests",
        _ => "refused",
    };

    /// <summary>A registry that repeats what was sent to it must not put a secret into our logs.</summary>
    private static string Redact(string message, AuthenticationHeaderValue? sent)
    {
        if (sent?.Parameter is not { Length: > 0 } secret) return message;
        var redacted = message.Replace(secret, "***", StringComparison.Ordinal);
        var bytes = new byte[secret.Length];
        if (!string.Equals(sent.Scheme, "Basic", StringComparison.Ordinal) || !Convert.TryFromBase64String(secret, bytes, out var length)) return redacted;
        var login = System.Text.Encoding.UTF8.GetString(bytes, 0, length);
        var password = login[(login.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return password.Length == 0 ? redacted : redacted.Replace(password, "***", StringComparison.Ordinal);
    }
}

internal sealed record ErrorAnswer(IReadOnlyList<ErrorItem>? Errors = null);

internal sealed record ErrorItem(string? Code = null, string? Message = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class ErrorJson : JsonSerializerContext;
