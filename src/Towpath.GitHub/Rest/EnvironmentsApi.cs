using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Environments of a repository with their reviewers and branches (GitHub REST API, "Environments", "Deployment branch policies").</summary>
public sealed class EnvironmentsApi(IGitHubClient github)
{
    /// <summary><c>GET /repos/{owner}/{repo}/environments/{environment_name}</c></summary>
    public Task<GitHubEnvironment?> FindAsync(GitHubRepository repository, string name, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading an environment of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments/{name}").In(repository), EnvironmentsJson.Default.GitHubEnvironment, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/environments</c></summary>
    public IAsyncEnumerable<GitHubEnvironment> ListAsync(GitHubRepository repository, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing environments of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments?per_page=100").In(repository),
        EnvironmentsJson.Default.EnvironmentPage, page => page.Environments, cancellationToken);

    /// <summary><c>PUT /repos/{owner}/{repo}/environments/{environment_name}</c>: makes it, or makes it so. What is not said is taken away.</summary>
    public Task<GitHubEnvironment> SetAsync(GitHubRepository repository, string name, EnvironmentRules rules, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Put(repository.Caller, $"setting the rules of an environment of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments/{name}").In(repository)
            .With(rules, EnvironmentRulesJson.Default.EnvironmentRules) with { IsContent = false },
        EnvironmentsJson.Default.GitHubEnvironment, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies</c></summary>
    public IAsyncEnumerable<BranchPolicy> BranchesAsync(GitHubRepository repository, string name, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing branches of an environment of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments/{name}/deployment-branch-policies?per_page=100").In(repository),
        EnvironmentsJson.Default.BranchPolicyPage, page => page.BranchPolicies, cancellationToken);

    /// <summary><c>POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies</c>: GitHub answers with 303 where there is one of that name.</summary>
    public async Task AddBranchAsync(GitHubRepository repository, string name, NewBranchPolicy policy, CancellationToken cancellationToken) => await github.SendAsync(
        GitHubRequest.Post(repository.Caller, $"adding a branch to an environment of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments/{name}/deployment-branch-policies").In(repository)
            .With(policy, EnvironmentsJson.Default.NewBranchPolicy) with { IsRepeatable = true, IsContent = false, Answers = [303] },
        cancellationToken);

    /// <summary><c>DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}</c></summary>
    public Task<bool> RemoveBranchAsync(GitHubRepository repository, string name, long policy, CancellationToken cancellationToken) => github.RemoveAsync(
        GitHubRequest.Delete(repository.Caller, $"taking a branch from an environment of {repository}", $"repos/{repository.Owner}/{repository.Name}/environments/{name}/deployment-branch-policies/{policy}").In(repository) with { IsContent = false },
        cancellationToken);
}

public sealed record GitHubEnvironment
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public string? HtmlUrl { get; init; }
    public IReadOnlyList<EnvironmentRule>? ProtectionRules { get; init; }

    /// <summary>Null: all branches.</summary>
    public BranchPolicyKind? DeploymentBranchPolicy { get; init; }

    public bool? CanAdminsBypass { get; init; }
}

public sealed record EnvironmentRule
{
    public required long Id { get; init; }

    /// <summary><c>wait_timer</c>, <c>required_reviewers</c>, <c>branch_policy</c>, or an App's slug.</summary>
    public required string Type { get; init; }

    /// <summary>Minutes.</summary>
    public int? WaitTimer { get; init; }

    public bool? PreventSelfReview { get; init; }
    public IReadOnlyList<EnvironmentReviewer>? Reviewers { get; init; }
}

/// <param name="Type"><c>User</c> or <c>Team</c>.</param>
/// <param name="Reviewer">Who it is.</param>
public sealed record EnvironmentReviewer(string Type, ReviewerName? Reviewer = null);

/// <param name="Id">Of the person or team.</param>
public sealed record ReviewerName(long Id)
{
    /// <summary>A person's.</summary>
    public string? Login { get; init; }

    /// <summary>A team's.</summary>
    public string? Slug { get; init; }
}

/// <summary>One of the two is true. Both false is for GitHub no answer: write null for all branches.</summary>
public sealed record BranchPolicyKind(bool ProtectedBranches, bool CustomBranchPolicies);

public sealed record EnvironmentRules
{
    /// <summary>Minutes, at most 43,200.</summary>
    public int WaitTimer { get; init; }

    public bool PreventSelfReview { get; init; }

    /// <summary>At most six; one of them is enough. Null: nobody.</summary>
    public IReadOnlyList<NewReviewer>? Reviewers { get; init; }

    /// <summary>Null: all branches.</summary>
    public BranchPolicyKind? DeploymentBranchPolicy { get; init; }
}

/// <param name="Type"><c>User</c> or <c>Team</c>.</param>
/// <param name="Id">Of the person or team.</param>
public sealed record NewReviewer(string Type, long Id);

public sealed record BranchPolicy(long Id, string Name)
{
    /// <summary><c>branch</c> or <c>tag</c>.</summary>
    public string? Type { get; init; }
}

/// <param name="Name">A name, or a pattern in which <c>*</c> does not go over a slash.</param>
/// <param name="Type"><c>branch</c> or <c>tag</c>.</param>
public sealed record NewBranchPolicy(string Name, string Type);

internal sealed record EnvironmentPage(IReadOnlyList<GitHubEnvironment> Environments);

internal sealed record BranchPolicyPage(IReadOnlyList<BranchPolicy> BranchPolicies);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitHubEnvironment))]
[JsonSerializable(typeof(EnvironmentPage))]
[JsonSerializable(typeof(BranchPolicyPage))]
[JsonSerializable(typeof(NewBranchPolicy))]
internal sealed partial class EnvironmentsJson : JsonSerializerContext;

/// <summary>With the nulls, which mean something here.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EnvironmentRules))]
internal sealed partial class EnvironmentRulesJson : JsonSerializerContext;
