using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Pull requests (GitHub REST API, "Pull requests").</summary>
public sealed class PullsApi(IGitHubClient github)
{
    /// <summary><c>GET /repos/{owner}/{repo}/pulls/{pull_number}</c></summary>
    public Task<PullRequest?> FindAsync(GitHubRepository repository, long number, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading pull request {number} of {repository}", $"repos/{repository.Owner}/{repository.Name}/pulls/{number}").In(repository), PullsJson.Default.PullRequest, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/pulls</c>, last updated first.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="state"><c>open</c>, <c>closed</c> or <c>all</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public IAsyncEnumerable<PullRequest> ListAsync(GitHubRepository repository, string state, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing pull requests of {repository}", $"repos/{repository.Owner}/{repository.Name}/pulls?state={state}&sort=updated&direction=desc&per_page=100").In(repository),
        PullsJson.Default.IReadOnlyListPullRequest, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/pulls/{pull_number}/files</c>: up to 3,000.</summary>
    public IAsyncEnumerable<ChangedFile> FilesAsync(GitHubRepository repository, long number, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing files of pull request {number} of {repository}", $"repos/{repository.Owner}/{repository.Name}/pulls/{number}/files?per_page=100").In(repository),
        PullsJson.Default.IReadOnlyListChangedFile, cancellationToken);
}

public sealed record PullRequest
{
    public required long Id { get; init; }
    public required long Number { get; init; }

    /// <summary><c>open</c> or <c>closed</c>.</summary>
    public required string State { get; init; }

    public string? Title { get; init; }
    public string? Body { get; init; }
    public bool? Draft { get; init; }
    public required PullRequestEnd Head { get; init; }
    public required PullRequestEnd Base { get; init; }
    public GitHubAccount? User { get; init; }
    public IReadOnlyList<IssueLabel>? Labels { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public DateTimeOffset? MergedAt { get; init; }
    public string? MergeCommitSha { get; init; }
    public string? HtmlUrl { get; init; }

    /// <summary>From another repository, or from one that is gone: never with secrets.</summary>
    [JsonIgnore]
    public bool IsFork => Head.Repo is null || Base.Repo is null || Head.Repo.Id != Base.Repo.Id;
}

/// <param name="Ref">The branch, without <c>refs/heads/</c>.</param>
/// <param name="Sha">Its commit.</param>
/// <param name="Repo">Null where the repository is gone.</param>
public sealed record PullRequestEnd(string Ref, string Sha, RepositoryName? Repo = null)
{
    public GitHubAccount? User { get; init; }
}

/// <param name="Id">Stays, whatever the name becomes.</param>
/// <param name="FullName"><c>owner/name</c> at that time.</param>
public sealed record RepositoryName(long Id, string FullName);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PullRequest))]
[JsonSerializable(typeof(IReadOnlyList<PullRequest>))]
[JsonSerializable(typeof(IReadOnlyList<ChangedFile>))]
internal sealed partial class PullsJson : JsonSerializerContext;
