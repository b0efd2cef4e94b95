using Towpath.Core.Facts;

namespace Towpath.GitHub.Webhooks;

internal static class PullEvents
{
    private const int LongestComment = 64 * 1024;

    public static WebhookEvent PullRequest(JsonFields root)
    {
        var fact = Fact(root.Object("repository").Id("id"), root.Object("pull_request"));
        return new WebhookEvent.PullRequest(fact, root.OptionalObject("label")?.FreeName("name"));
    }

    public static WebhookEvent IssueComment(JsonFields root)
    {
        var issue = root.Object("issue");
        var comment = root.Object("comment");
        return new WebhookEvent.IssueComment(
            issue.Id("number"), issue.Has("pull_request"), comment.Id("id"), WebhookReader.Account(comment.Object("user")), comment.Words("body", LongestComment), comment.Instant("created_at"))
        {
            IsByApp = comment.Has("performed_via_github_app"),
        };
    }

    private static PullFact Fact(long repository, JsonFields pull)
    {
        var head = pull.Object("head");
        var @base = pull.Object("base");
        return new PullFact
        {
            RepositoryId = repository,
            Number = pull.Id("number"),
            HeadSha = head.Sha("sha"),
            HeadRef = head.Name("ref"),
            HeadRepositoryId = head.OptionalObject("repo")?.Id("id"),
            BaseRef = @base.Name("ref"),
            BaseSha = @base.OptionalSha("sha"),
            IsOpen = string.Equals(pull.Name("state"), "open", StringComparison.Ordinal),
            IsMerged = pull.Flag("merged"),
            IsDraft = pull.Flag("draft"),
            // Before it is merged this is the commit of a trial, which comes and goes.
            MergeCommitSha = pull.Flag("merged") ? pull.OptionalSha("merge_commit_sha") : null,
            Labels = [.. pull.Objects("labels").Select(label => label.FreeName("name")).OfType<string>().Order(StringComparer.Ordinal)],
            Title = pull.Words("title"),
            Author = pull.OptionalObject("user")?.Name("login") ?? "ghost",
            UpdatedAt = pull.Instant("updated_at"),
        };
    }
}
