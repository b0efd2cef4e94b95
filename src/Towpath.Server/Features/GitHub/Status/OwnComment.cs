using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.Server.Features.GitHub.Status;

/// <summary>The one comment of this App in a pull request that begins with a marker. It is looked for each time: what somebody else wrote is never ours, whatever its text.</summary>
public sealed class OwnComment(IssuesApi issues, IGitHubAppSource app)
{
    /// <summary>Makes it say this: edited where it is there and says something else, made where it is missing. Where a hung process made a second one, that goes.</summary>
    public async Task SayAsync(GitHubRepository repository, long number, string marker, string body, CancellationToken cancellationToken)
    {
        if (!await CorrectAsync(repository, number, marker, body, cancellationToken)) await issues.CommentAsync(repository, number, body, cancellationToken);
    }

    /// <summary>As <see cref="SayAsync"/>, but makes none.</summary>
    /// <returns>Whether there is one.</returns>
    public async Task<bool> CorrectAsync(GitHubRepository repository, long number, string marker, string body, CancellationToken cancellationToken)
    {
        var own = new List<IssueComment>();
        await foreach (var comment in issues.CommentsAsync(repository, number, cancellationToken))
            if (IsOwn(comment, marker)) own.Add(comment);
        foreach (var surplus in own.Skip(1)) await issues.RemoveCommentAsync(repository, surplus.Id, cancellationToken);
        return own is [var there, ..] && (string.Equals(Lines(there.Body), Lines(body), StringComparison.Ordinal)
            || await issues.ChangeCommentAsync(repository, there.Id, body, cancellationToken) is not null);
    }

    private bool IsOwn(IssueComment comment, string marker) =>
        comment.PerformedViaGithubApp?.Id is { } author && author == app.Current?.AppId && (comment.Body ?? "").StartsWith(marker, StringComparison.Ordinal);

    private static string Lines(string? body) => (body ?? "").ReplaceLineEndings("\n").TrimEnd();
}
