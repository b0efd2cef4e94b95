using System.Text.Json.Nodes;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>An error as GitHub answers it.</summary>
public sealed class GitHubFault(int status, string message, JsonArray? errors = null) : Exception(message)
{
    public const string Documentation = "https://docs.github.com/rest";

    public int Status { get; } = status;

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static GitHubFault NotFound() => new(StatusCodes.Status404NotFound, "Not Found");

    public static GitHubFault BadCredentials() => new(StatusCodes.Status401Unauthorized, "Bad credentials");

    public static GitHubFault RequiresAuthentication() => new(StatusCodes.Status401Unauthorized, "Requires authentication");

    public static GitHubFault NotForIntegrations() => new(StatusCodes.Status403Forbidden, "Resource not accessible by integration");

    /// <param name="code">Such as <c>missing_field</c>, <c>invalid</c>, <c>already_exists</c>.</param>
    public static GitHubFault Invalid(string resource, string field, string code, string? message = null)
    {
        var error = new JsonObject { ["resource"] = resource, ["code"] = code, ["field"] = field };
        if (message is not null) error["message"] = message;
        return new GitHubFault(StatusCodes.Status422UnprocessableEntity, "Validation Failed", [error]);
    }

    public static GitHubFault Refused(string message) => new(StatusCodes.Status422UnprocessableEntity, message);

    public Answer ToAnswer()
    {
        var body = new JsonObject { ["message"] = Message, ["documentation_url"] = Documentation, ["status"] = Status.ToString() };
        if (errors is not null) body["errors"] = errors.DeepClone();
        return new Answer(Status, body) { Headers = Headers };
    }
}
