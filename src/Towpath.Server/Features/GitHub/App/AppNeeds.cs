using System.Text.Json.Nodes;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>What the App asks GitHub for, and what of that somebody has not granted.</summary>
internal static class AppNeeds
{
    /// <summary>Of the organization and the repositories. What makes GitHub's environments match is asked for only where somebody wants that.</summary>
    public static IReadOnlyDictionary<string, string> Permissions { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["actions"] = "write",
        ["checks"] = "write",
        ["contents"] = "write",
        ["deployments"] = "write",
        ["issues"] = "write",
        ["members"] = "read",
        ["metadata"] = "read",
        ["pull_requests"] = "write",
        ["statuses"] = "write",
    };

    /// <summary>Needed besides to change environments, their reviewers and their deployment branches.</summary>
    public const string Environments = "administration";

    /// <summary>Those that an App subscribes to; GitHub sends <c>ping</c> and <c>installation</c> unasked.</summary>
    public static IReadOnlyList<string> Events { get; } =
    [
        "check_run", "check_suite", "create", "delete", "deployment", "deployment_protection_rule", "deployment_status", "issue_comment", "membership",
        "organization", "pull_request", "push", "release", "repository", "status", "team", "workflow_run",
    ];

    public static JsonObject PermissionsToAsk(bool environments)
    {
        var asked = new JsonObject();
        foreach (var (name, level) in Permissions) asked[name] = level;
        if (environments) asked[Environments] = "write";
        return asked;
    }

    /// <summary>Such as <c>deployments: write</c>.</summary>
    public static IReadOnlyList<string> Missing(IReadOnlyDictionary<string, string>? granted) =>
        [.. Permissions.Where(needed => Rank(granted?.GetValueOrDefault(needed.Key)) < Rank(needed.Value)).Select(needed => $"{needed.Key}: {needed.Value}")];

    public static IReadOnlyList<string> MissingEvents(IReadOnlyList<string>? subscribed) => [.. Events.Except(subscribed ?? [], StringComparer.Ordinal)];

    private static int Rank(string? level) => level switch { "read" => 1, "write" => 2, "admin" => 3, _ => 0 };
}
