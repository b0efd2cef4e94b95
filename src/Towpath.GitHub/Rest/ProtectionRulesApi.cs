using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Towpath as a rule of an environment (GitHub REST API, "Protection rules"; "Review custom deployment protection rules for a workflow run").</summary>
public sealed class ProtectionRulesApi(IGitHubClient github)
{
    /// <summary>GitHub's limit of a comment.</summary>
    public const int LongestComment = 1024;

    /// <summary><c>POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule</c>: the answer.</summary>
    public Task AnswerAsync(GitHubRepository repository, long run, ProtectionAnswer answer, CancellationToken cancellationToken) => github.SendAsync(
        GitHubRequest.Post(repository.Caller, $"answering for an environment of workflow run {run} of {repository}", $"repos/{repository.Owner}/{repository.Name}/actions/runs/{run}/deployment_protection_rule").In(repository)
            .With(answer, ProtectionRulesJson.Default.ProtectionAnswer) with { IsRepeatable = true, IsContent = false },
        cancellationToken);

    /// <summary>The same address without a state: a report, shown while it waits. GitHub takes ten.</summary>
    public Task ReportAsync(GitHubRepository repository, long run, ProtectionReport report, CancellationToken cancellationToken) => github.SendAsync(
        GitHubRequest.Post(repository.Caller, $"reporting on an environment of workflow run {run} of {repository}", $"repos/{repository.Owner}/{repository.Name}/actions/runs/{run}/deployment_protection_rule").In(repository)
            .With(report, ProtectionRulesJson.Default.ProtectionReport) with { IsContent = false },
        cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules</c>: the Apps that are rules of it.</summary>
    public async Task<IReadOnlyList<ProtectionRule>> ListAsync(GitHubRepository repository, string environment, CancellationToken cancellationToken) =>
        (await github.GetAsync(
            GitHubRequest.Get(repository.Caller, $"listing rules of an environment of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments/{environment}/deployment_protection_rules").In(repository),
            ProtectionRulesJson.Default.ProtectionRulePage, cancellationToken)).CustomDeploymentProtectionRules ?? [];

    /// <summary><c>GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules/apps</c>: the Apps that could be.</summary>
    public IAsyncEnumerable<GitHubAppName> AvailableAsync(GitHubRepository repository, string environment, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing possible rules of an environment of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments/{environment}/deployment_protection_rules/apps?per_page=100").In(repository),
        ProtectionRulesJson.Default.AvailableRulePage, page => page.AvailableCustomDeploymentProtectionRuleIntegrations ?? [], cancellationToken);

    /// <summary><c>POST /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules</c></summary>
    /// <param name="repository">The repository.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="app">The App's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<ProtectionRule> EnableAsync(GitHubRepository repository, string environment, long app, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Post(repository.Caller, $"making an App a rule of an environment of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments/{environment}/deployment_protection_rules").In(repository)
            .With(new NewProtectionRule(app), ProtectionRulesJson.Default.NewProtectionRule) with { IsContent = false },
        ProtectionRulesJson.Default.ProtectionRule, cancellationToken);

    /// <summary><c>DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules/{protection_rule_id}</c></summary>
    public Task<bool> DisableAsync(GitHubRepository repository, string environment, long rule, CancellationToken cancellationToken) => github.RemoveAsync(
        GitHubRequest.Delete(repository.Caller, $"taking a rule from an environment of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments/{environment}/deployment_protection_rules/{rule}").In(repository) with { IsContent = false },
        cancellationToken);
}

[JsonConverter(typeof(SnakeCase<ProtectionState>))]
public enum ProtectionState
{
    Approved,
    Rejected,
}

/// <param name="EnvironmentName">As the request named it.</param>
/// <param name="State">Yes or no.</param>
/// <param name="Comment">Markdown, at most 1,024 characters.</param>
public sealed record ProtectionAnswer(string EnvironmentName, ProtectionState State, string Comment);

/// <param name="EnvironmentName">As the request named it.</param>
/// <param name="Comment">Markdown, at most 1,024 characters.</param>
public sealed record ProtectionReport(string EnvironmentName, string Comment);

public sealed record ProtectionRule(long Id, bool Enabled, GitHubAppName App);

internal sealed record NewProtectionRule(long IntegrationId);

internal sealed record ProtectionRulePage(IReadOnlyList<ProtectionRule>? CustomDeploymentProtectionRules = null);

internal sealed record AvailableRulePage(IReadOnlyList<GitHubAppName>? AvailableCustomDeploymentProtectionRuleIntegrations = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProtectionAnswer))]
[JsonSerializable(typeof(ProtectionReport))]
[JsonSerializable(typeof(ProtectionRule))]
[JsonSerializable(typeof(NewProtectionRule))]
[JsonSerializable(typeof(ProtectionRulePage))]
[JsonSerializable(typeof(AvailableRulePage))]
internal sealed partial class ProtectionRulesJson : JsonSerializerContext;
