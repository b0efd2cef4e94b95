using Towpath.AwsEmulator.Calling.Policies;

namespace Towpath.AwsEmulator.Oidc;

/// <summary>
/// The claims that trust policies can see: a condition on any other claim is never fulfilled. Source: IAM User Guide, keys for OIDC federation,
/// and identity-provider controls for shared OIDC providers.
/// </summary>
internal static class OidcConditionKeys
{
    private const string GitHubHost = "token.actions.githubusercontent.com";

    private static readonly string[] OfEverybody = ["sub", "amr", "email", "oaud"];

    private static readonly string[] OfGitHub =
    [
        "sub", "actor", "actor_id", "job_workflow_ref", "repository", "repository_id", "workflow", "ref", "environment", "enterprise_id",
    ];

    public static IReadOnlyList<string> Of(string host) => host == GitHubHost ? OfGitHub : OfEverybody;

    /// <summary>GitHub's issuer is shared by everybody, so IAM takes no trust in it without a condition on who: null, or what is missing.</summary>
    public static string? Missing(PolicyDocument trust)
    {
        foreach (var statement in trust.Statements)
        {
            if (!statement.Allows || statement.Principals.GetValueOrDefault("Federated")?.Any(p => p.EndsWith($"/{GitHubHost}", StringComparison.Ordinal)) != true) continue;
            if (!statement.Conditions.Any(Names))
                return $"Trust policy must evaluate {GitHubHost}:sub or {GitHubHost}:job_workflow_ref which is not scoped to all";
        }

        return null;
    }

    private static bool Names(PolicyCondition condition) =>
        condition.Operator.StartsWith("String", StringComparison.Ordinal)
        && (condition.Key.Equals($"{GitHubHost}:sub", StringComparison.OrdinalIgnoreCase) || condition.Key.Equals($"{GitHubHost}:job_workflow_ref", StringComparison.OrdinalIgnoreCase))
        && !condition.Values.Any(v => v.Trim('*').Length == 0);
}
