using System.Net.Http.Headers;
using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Calling;

namespace Towpath.GitHub.Calling;

/// <summary>Reads what GitHub says of a call that failed, whatever it is: members of other types than expected are left out.</summary>
internal static class GitHubErrors
{
    private const int LongestMessage = 600;
    private const int MostErrors = 10;
    private const int MostContexts = 50;

    public static GitHubFailure Read(GitHubRequest request, int status, ReadOnlyMemory<byte> body, string? requestId, AuthenticationHeaderValue? sent)
    {
        var failure = new GitHubFailure(request.Action, status, "refused", "") { RequestId = requestId is null ? null : PlainText.Of(requestId, 100) };
        try
        {
            using var document = JsonDocument.Parse(body);
            var json = document.RootElement;
            if (json.ValueKind == JsonValueKind.Object)
                failure = failure with { Message = Text(json, "message", sent) ?? "", Errors = ErrorsOf(json, sent), DocumentationUrl = Text(json, "documentation_url", sent) };
        }
        catch (JsonException)
        {
            // The status says enough.
        }

        return failure.Message.Length > 0 ? failure : failure with { Message = $"it answers with status {status}" };
    }

    private static IReadOnlyList<GitHubError> ErrorsOf(JsonElement json, AuthenticationHeaderValue? sent)
    {
        if (!json.TryGetProperty("errors", out var errors)) return [];
        if (errors.ValueKind == JsonValueKind.String) return [new GitHubError(null, null, null, Shown(errors, sent))];
        return errors.ValueKind == JsonValueKind.Array ? [.. errors.EnumerateArray().Take(MostErrors).Select(e => ErrorOf(e, sent))] : [];
    }

    private static GitHubError ErrorOf(JsonElement json, AuthenticationHeaderValue? sent) => json.ValueKind == JsonValueKind.Object
        ? new GitHubError(Text(json, "resource", sent), Text(json, "field", sent), Text(json, "code", sent), Text(json, "message", sent)) { Contexts = ContextsOf(json, sent) }
        : new GitHubError(null, null, null, Shown(json, sent));

    private static IReadOnlyList<GitHubContext> ContextsOf(JsonElement json, AuthenticationHeaderValue? sent) =>
        json.TryGetProperty("contexts", out var contexts) && contexts.ValueKind == JsonValueKind.Array
            ? [.. contexts.EnumerateArray().Take(MostContexts).Select(c => new GitHubContext(Text(c, "context", sent) ?? "", Text(c, "state", sent) ?? ""))]
            : [];

    private static string? Text(JsonElement json, string name, AuthenticationHeaderValue? sent) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? Shown(value, sent) : null;

    private static string? Shown(JsonElement value, AuthenticationHeaderValue? sent) =>
        Jws.StrictJson.AsText(value) is { } text ? PlainText.Of(SentSecret.Redact(text, sent), LongestMessage) : null;
}
