using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Branches (GitHub REST API, "Branches").</summary>
public sealed class BranchesApi(IGitHubClient github)
{
    /// <summary><c>GET /repos/{owner}/{repo}/branches/{branch}</c>: its commit, and whether a protection rule or ruleset guards it.</summary>
    public Task<GitHubBranch?> FindAsync(GitHubRepository repository, string branch, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading a branch of {repository}", $"repos/{repository.Owner}/{repository.Name}/branches/{new Segments(branch)}").In(repository),
        BranchesJson.Default.GitHubBranch, cancellationToken);
}

/// <param name="Name">Without <c>refs/heads/</c>.</param>
/// <param name="Commit">What it stands at.</param>
/// <param name="Protected">Whether GitHub guards it against pushes of anybody.</param>
public sealed record GitHubBranch(string Name, CommitParent Commit, bool Protected);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitHubBranch))]
internal sealed partial class BranchesJson : JsonSerializerContext;
