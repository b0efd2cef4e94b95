using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Statuses of commits (GitHub REST API, "Commit statuses").</summary>
public sealed class StatusesApi(IGitHubClient github)
{
    /// <summary>What GitHub shows of a description.</summary>
    public static string Shown(string description) => description.Shortened(DeploymentsApi.LongestDescription)!;

    /// <summary><c>POST /repos/{owner}/{repo}/statuses/{sha}</c></summary>
    public Task<CommitStatus> ReportAsync(GitHubRepository repository, string sha, NewCommitStatus status, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Post(repository.Caller, $"reporting a status of a commit of {repository}", $"repos/{repository.Owner}/{repository.Name}/statuses/{sha}").In(repository)
            .With(status with { Description = status.Description.Shortened(DeploymentsApi.LongestDescription) }, StatusesJson.Default.NewCommitStatus),
        StatusesJson.Default.CommitStatus, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/commits/{ref}/statuses</c>: every status that was reported, newest first.</summary>
    public IAsyncEnumerable<CommitStatus> ListAsync(GitHubRepository repository, string sha, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing statuses of a commit of {repository}", $"repos/{repository.Owner}/{repository.Name}/commits/{sha}/statuses?per_page=100").In(repository),
        StatusesJson.Default.IReadOnlyListCommitStatus, cancellationToken);
}

[JsonConverter(typeof(SnakeCase<CommitState>))]
public enum CommitState
{
    Error,
    Failure,
    Pending,
    Success,
}

public sealed record NewCommitStatus
{
    public required CommitState State { get; init; }

    /// <summary>Its name among the commit's statuses; the newest of a name counts.</summary>
    public required string Context { get; init; }

    /// <summary>One line; what is longer than 140 characters is cut.</summary>
    public string? Description { get; init; }

    public string? TargetUrl { get; init; }
}

public sealed record CommitStatus
{
    public required long Id { get; init; }

    /// <summary>As GitHub names it: <c>error</c>, <c>failure</c>, <c>pending</c>, <c>success</c>.</summary>
    public required string State { get; init; }

    public required string Context { get; init; }
    public string? Description { get; init; }
    public string? TargetUrl { get; init; }

    /// <summary>Null where whoever reported it exists no longer.</summary>
    public GitHubAccount? Creator { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(NewCommitStatus))]
[JsonSerializable(typeof(CommitStatus))]
[JsonSerializable(typeof(IReadOnlyList<CommitStatus>))]
internal sealed partial class StatusesJson : JsonSerializerContext;
