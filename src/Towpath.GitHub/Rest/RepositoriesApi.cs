using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Repositories (GitHub REST API, "Repositories").</summary>
public sealed class RepositoriesApi(IGitHubClient github)
{
    /// <summary><c>GET /repos/{owner}/{repo}</c>. An old name leads on to the new one, until somebody takes it: look at the id.</summary>
    public Task<RepositoryDetails?> FindAsync(GitHubRepository repository, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading {repository}", $"repos/{repository.Owner}/{repository.Name}").In(repository), RepositoriesJson.Default.RepositoryDetails, cancellationToken);
}

public sealed record RepositoryDetails
{
    /// <summary>Stays, whatever the name becomes.</summary>
    public required long Id { get; init; }

    public required string Name { get; init; }
    public required string FullName { get; init; }
    public GitHubAccount? Owner { get; init; }
    public string? DefaultBranch { get; init; }
    public bool? Private { get; init; }
    public bool? Archived { get; init; }
    public string? HtmlUrl { get; init; }

    /// <summary>When something was last pushed to any ref.</summary>
    public DateTimeOffset? PushedAt { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RepositoryDetails))]
internal sealed partial class RepositoriesJson : JsonSerializerContext;
