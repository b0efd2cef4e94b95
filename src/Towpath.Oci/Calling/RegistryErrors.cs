using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.Core.Calling;

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
        var shown = PlainText.Of(SentSecret.Redact(told, response.RequestMessage?.Headers.Authorization), LongestMessage);
        return new RegistryException(new RegistryFailure(request.Registry, request.Action, status, code ?? CodeOf(response.StatusCode), shown)
        {
            IsTransient = IsTransient(status), RetryAfter = RetryHeader.Of(response, time),
        });
    }

    public static bool IsTransient(int status) => status is 408 or 429 or 500 or 502 or 503 or 504;

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
}

internal sealed record ErrorAnswer(IReadOnlyList<ErrorItem>? Errors = null);

internal sealed record ErrorItem(string? Code = null, string? Message = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class ErrorJson : JsonSerializerContext;
