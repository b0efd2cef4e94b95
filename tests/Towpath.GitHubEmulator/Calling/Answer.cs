using System.Text.Json.Nodes;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>What a handler answers.</summary>
public sealed record Answer(int Status, JsonNode? Body = null)
{
    /// <summary>Sent instead of <see cref="Body"/>.</summary>
    public string? Text { get; init; }

    public string ContentType { get; init; } = "application/json; charset=utf-8";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static Answer NoContent { get; } = new(StatusCodes.Status204NoContent);

    public static Answer Ok(JsonNode body) => new(StatusCodes.Status200OK, body);

    public static Answer Created(JsonObject body) => new(StatusCodes.Status201Created, body)
    {
        Headers = body["url"] is JsonValue url ? [("Location", (string)url!)] : [],
    };

    public static Answer Redirect(string to) => new(StatusCodes.Status302Found) { Headers = [("Location", to)] };
}
