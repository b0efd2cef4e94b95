using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Comments, reactions and labels of issues and pull requests (GitHub REST API, "Issue comments", "Reactions", "Labels").</summary>
public sealed class IssuesApi(IGitHubClient github)
{
    /// <summary><c>GET /repos/{owner}/{repo}/issues/{issue_number}/comments</c>, oldest first.</summary>
    public IAsyncEnumerable<IssueComment> CommentsAsync(GitHubRepository repository, long number, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing comments of {repository}#{number}", $"repos/{repository.Owner}/{repository.Name}/issues/{number}/comments?per_page=100").In(repository),
        IssuesJson.Default.IReadOnlyListIssueComment, cancellationToken);

    /// <summary><c>POST /repos/{owner}/{repo}/issues/{issue_number}/comments</c></summary>
    public Task<IssueComment> CommentAsync(GitHubRepository repository, long number, string body, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Post(repository.Caller, $"commenting on {repository}#{number}", $"repos/{repository.Owner}/{repository.Name}/issues/{number}/comments").In(repository).With(new CommentBody(body), IssuesJson.Default.CommentBody),
        IssuesJson.Default.IssueComment, cancellationToken);

    /// <summary><c>PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}</c>: null where somebody deleted it.</summary>
    public Task<IssueComment?> ChangeCommentAsync(GitHubRepository repository, long comment, string body, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Patch(repository.Caller, $"changing a comment of {repository}", $"repos/{repository.Owner}/{repository.Name}/issues/comments/{comment}").In(repository).With(new CommentBody(body), IssuesJson.Default.CommentBody),
        IssuesJson.Default.IssueComment, cancellationToken);

    /// <summary><c>DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}</c>: false where it is gone already.</summary>
    public Task<bool> RemoveCommentAsync(GitHubRepository repository, long comment, CancellationToken cancellationToken) => github.RemoveAsync(
        GitHubRequest.Delete(repository.Caller, $"removing a comment of {repository}", $"repos/{repository.Owner}/{repository.Name}/issues/comments/{comment}").In(repository), cancellationToken);

    /// <summary><c>POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions</c>: once however often it is made.</summary>
    public Task<IssueReaction> ReactAsync(GitHubRepository repository, long comment, Reaction reaction, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Post(repository.Caller, $"reacting to a comment of {repository}", $"repos/{repository.Owner}/{repository.Name}/issues/comments/{comment}/reactions").In(repository)
            .With(new NewReaction(reaction), IssuesJson.Default.NewReaction) with { IsRepeatable = true },
        IssuesJson.Default.IssueReaction, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/issues/{issue_number}/labels</c></summary>
    public IAsyncEnumerable<IssueLabel> LabelsAsync(GitHubRepository repository, long number, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing labels of {repository}#{number}", $"repos/{repository.Owner}/{repository.Name}/issues/{number}/labels?per_page=100").In(repository),
        IssuesJson.Default.IReadOnlyListIssueLabel, cancellationToken);

    /// <summary><c>POST /repos/{owner}/{repo}/issues/{issue_number}/labels</c>: those that it has stay.</summary>
    public Task<IReadOnlyList<IssueLabel>> AddLabelsAsync(GitHubRepository repository, long number, IReadOnlyList<string> labels, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Post(repository.Caller, $"labelling {repository}#{number}", $"repos/{repository.Owner}/{repository.Name}/issues/{number}/labels").In(repository)
            .With(new NewLabels(labels), IssuesJson.Default.NewLabels) with { IsRepeatable = true },
        IssuesJson.Default.IReadOnlyListIssueLabel, cancellationToken);

    /// <summary><c>DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}</c>: false where it had none of that name.</summary>
    public Task<bool> RemoveLabelAsync(GitHubRepository repository, long number, string label, CancellationToken cancellationToken) => github.RemoveAsync(
        GitHubRequest.Delete(repository.Caller, $"taking a label from {repository}#{number}", $"repos/{repository.Owner}/{repository.Name}/issues/{number}/labels/{label}").In(repository), cancellationToken);
}

public sealed record IssueComment
{
    public required long Id { get; init; }
    public string? Body { get; init; }
    public GitHubAccount? User { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public string? HtmlUrl { get; init; }

    /// <summary>The App that wrote it: ours are told by this, never by their text.</summary>
    public GitHubAppName? PerformedViaGithubApp { get; init; }
}

public enum Reaction
{
    [JsonStringEnumMemberName("+1")]
    ThumbsUp,

    [JsonStringEnumMemberName("-1")]
    ThumbsDown,

    [JsonStringEnumMemberName("eyes")]
    Eyes,

    [JsonStringEnumMemberName("rocket")]
    Rocket,

    [JsonStringEnumMemberName("confused")]
    Confused,
}

public sealed record IssueReaction(long Id, string Content);

public sealed record IssueLabel(string Name)
{
    public long? Id { get; init; }
}

internal sealed record CommentBody(string Body);

internal sealed record NewReaction([property: JsonConverter(typeof(JsonStringEnumConverter<Reaction>))] Reaction Content);

internal sealed record NewLabels(IReadOnlyList<string> Labels);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IssueComment))]
[JsonSerializable(typeof(IReadOnlyList<IssueComment>))]
[JsonSerializable(typeof(CommentBody))]
[JsonSerializable(typeof(NewReaction))]
[JsonSerializable(typeof(IssueReaction))]
[JsonSerializable(typeof(NewLabels))]
[JsonSerializable(typeof(IReadOnlyList<IssueLabel>))]
internal sealed partial class IssuesJson : JsonSerializerContext;
