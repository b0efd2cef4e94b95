using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Commits (GitHub REST API, "Commits").</summary>
public sealed class CommitsApi(IGitHubClient github)
{
    /// <summary><c>GET /repos/{owner}/{repo}/commits/{ref}</c></summary>
    /// <param name="repository">The repository.</param>
    /// <param name="name">A commit, branch or tag.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<GitHubCommit?> FindAsync(GitHubRepository repository, string name, CancellationToken cancellationToken)
    {
        // 422: no commit of that name.
        var request = GitHubRequest.Get(repository.Caller, $"reading a commit of {repository}", $"repos/{repository.Owner}/{repository.Name}/commits/{name}?per_page=1").In(repository) with { Answers = [404, 422] };
        var answer = await github.SendAsync(request, CommitsJson.Default.GitHubCommit, cancellationToken);
        return answer.Failure is null ? answer.Content(request) : null;
    }

    /// <summary>
    /// <c>GET /repos/{owner}/{repo}/compare/{basehead}</c>: what <paramref name="head"/> has that <paramref name="from"/> has not, oldest first. GitHub tells up to 300 files,
    /// on the first page.
    /// </summary>
    public async Task<Comparison?> CompareAsync(GitHubRepository repository, string from, string head, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Get(repository.Caller, $"comparing commits of {repository}", $"repos/{repository.Owner}/{repository.Name}/compare/{from}...{head}?per_page=100").In(repository);
        if (await github.FindAsync(request, CommitsJson.Default.Comparison, cancellationToken) is not { } first) return null;
        if (first.Commits.Count >= first.TotalCommits) return first;
        var commits = new List<GitHubCommit>();
        await foreach (var page in github.PagesAsync(request, CommitsJson.Default.Comparison, cancellationToken)) commits.AddRange(page.Commits);
        return first with { Commits = commits };
    }

    /// <summary><c>GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls</c>: pull requests that brought the commit, or would.</summary>
    public IAsyncEnumerable<PullRequest> PullsAsync(GitHubRepository repository, string sha, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing pull requests of a commit of {repository}", $"repos/{repository.Owner}/{repository.Name}/commits/{sha}/pulls?per_page=100").In(repository),
        PullsJson.Default.IReadOnlyListPullRequest, cancellationToken);
}

public sealed record GitHubCommit
{
    public required string Sha { get; init; }

    /// <summary>What the commit says itself, which nobody vouches for.</summary>
    public CommitDetails? Commit { get; init; }

    /// <summary>Null where the author's address belongs to nobody on GitHub.</summary>
    public GitHubAccount? Author { get; init; }

    public GitHubAccount? Committer { get; init; }
    public IReadOnlyList<CommitParent>? Parents { get; init; }
    public string? HtmlUrl { get; init; }
}

public sealed record CommitDetails(string? Message = null, CommitPerson? Author = null, CommitPerson? Committer = null);

public sealed record CommitPerson(string? Name = null, string? Email = null, DateTimeOffset? Date = null);

public sealed record CommitParent(string Sha);

/// <param name="Status"><c>ahead</c>, <c>behind</c>, <c>diverged</c> or <c>identical</c>.</param>
/// <param name="AheadBy">Commits that only the head has.</param>
/// <param name="BehindBy">Commits that only the base has.</param>
/// <param name="TotalCommits">How many <paramref name="Commits"/> there are.</param>
/// <param name="Commits">Oldest first.</param>
public sealed record Comparison(string Status, int AheadBy, int BehindBy, int TotalCommits, IReadOnlyList<GitHubCommit> Commits)
{
    public CommitParent? MergeBaseCommit { get; init; }
    public IReadOnlyList<ChangedFile>? Files { get; init; }
    public string? HtmlUrl { get; init; }
}

/// <param name="Filename">From the root of the repository.</param>
/// <param name="Status">Such as <c>modified</c>.</param>
public sealed record ChangedFile(string Filename, string Status)
{
    public int Additions { get; init; }
    public int Deletions { get; init; }

    /// <summary>Of a renamed file.</summary>
    public string? PreviousFilename { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitHubCommit))]
[JsonSerializable(typeof(Comparison))]
internal sealed partial class CommitsJson : JsonSerializerContext;
