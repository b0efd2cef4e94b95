using Towpath.GitHub.Oidc;

namespace Towpath.Server.Security;

/// <summary>Who is asking, and with which credential.</summary>
public sealed record Caller
{
    public required string User { get; init; }
    public required string TokenId { get; init; }

    /// <summary>What the token may be used for.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The applications that the token is limited to; empty for all.</summary>
    public required IReadOnlyList<string> Applications { get; init; }

    /// <summary>Administrator whatever organization.yaml says.</summary>
    public required bool Administrator { get; init; }

    /// <summary>Set for a workflow run that shows its own token: it has no roles, and may report builds of its own repository.</summary>
    public WorkflowToken? Workflow { get; init; }

    /// <summary>Set for a browser's session: then every change needs an antiforgery token.</summary>
    public string? SessionHash { get; init; }
}

public static class CallerOfRequest
{
    /// <summary>Only behind a route with a permission, where there always is one.</summary>
    public static Caller Caller(this HttpContext http) => http.FindCaller() ?? throw new InvalidOperationException("this route has no caller");

    public static Caller? FindCaller(this HttpContext http) => http.Features.Get<Caller>();
}
