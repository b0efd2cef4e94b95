using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Check runs (GitHub REST API, "Check runs"). Only Apps make them, and each changes its own only.</summary>
public sealed class ChecksApi(IGitHubClient github)
{
    /// <summary><c>POST /repos/{owner}/{repo}/check-runs</c></summary>
    public Task<CheckRun> CreateAsync(GitHubRepository repository, NewCheckRun run, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Post(repository.Caller, $"creating a check run of {repository}", $"repos/{repository.Owner}/{repository.Name}/check-runs").In(repository).With(run, ChecksJson.Default.NewCheckRun),
        ChecksJson.Default.CheckRun, cancellationToken);

    /// <summary><c>PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}</c></summary>
    public Task<CheckRun> UpdateAsync(GitHubRepository repository, long id, CheckRunChange change, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Patch(repository.Caller, $"updating check run {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/check-runs/{id}").In(repository).With(change, ChecksJson.Default.CheckRunChange),
        ChecksJson.Default.CheckRun, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/commits/{ref}/check-runs?filter=latest</c>: the newest of each name and suite.</summary>
    public IAsyncEnumerable<CheckRun> ListAsync(GitHubRepository repository, string sha, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing check runs of a commit of {repository}", $"repos/{repository.Owner}/{repository.Name}/commits/{sha}/check-runs?filter=latest&per_page=100").In(repository),
        ChecksJson.Default.CheckRunPage, page => page.CheckRuns, cancellationToken);
}

[JsonConverter(typeof(SnakeCase<CheckStatus>))]
public enum CheckStatus
{
    Queued,
    InProgress,
    Completed,
}

[JsonConverter(typeof(SnakeCase<CheckConclusion>))]
public enum CheckConclusion
{
    ActionRequired,
    Cancelled,
    Failure,
    Neutral,
    Success,
    Skipped,
    TimedOut,
}

public sealed record NewCheckRun
{
    public required string Name { get; init; }
    public required string HeadSha { get; init; }
    public CheckStatus? Status { get; init; }

    /// <summary>With one the run is completed.</summary>
    public CheckConclusion? Conclusion { get; init; }

    /// <summary>Our own name for it, so that it can be found again.</summary>
    public string? ExternalId { get; init; }

    public string? DetailsUrl { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public CheckOutput? Output { get; init; }
}

public sealed record CheckRunChange
{
    public CheckStatus? Status { get; init; }
    public CheckConclusion? Conclusion { get; init; }
    public string? DetailsUrl { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public CheckOutput? Output { get; init; }
}

/// <param name="Title">One line.</param>
/// <param name="Summary">Markdown, at most 65,535 characters.</param>
public sealed record CheckOutput(string Title, string Summary)
{
    /// <summary>Markdown, at most 65,535 characters.</summary>
    public string? Text { get; init; }
}

public sealed record CheckRun
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required string HeadSha { get; init; }

    /// <summary>As GitHub names it: <c>queued</c>, <c>in_progress</c>, <c>completed</c> and others.</summary>
    public required string Status { get; init; }

    /// <summary>As GitHub names it; null while it is not completed.</summary>
    public string? Conclusion { get; init; }

    public string? ExternalId { get; init; }
    public string? HtmlUrl { get; init; }
    public string? DetailsUrl { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public GitHubAppName? App { get; init; }
}

internal sealed record CheckRunPage(IReadOnlyList<CheckRun> CheckRuns);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(NewCheckRun))]
[JsonSerializable(typeof(CheckRunChange))]
[JsonSerializable(typeof(CheckRun))]
[JsonSerializable(typeof(CheckRunPage))]
internal sealed partial class ChecksJson : JsonSerializerContext;
