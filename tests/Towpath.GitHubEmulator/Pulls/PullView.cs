using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Pulls;

/// <summary>How pull requests look in answers and webhooks.</summary>
internal static class PullView
{
    /// <summary>As in lists.</summary>
    public static JsonObject Simple(Pull pull)
    {
        var (repository, issue) = (pull.Repository, pull.Issue);
        var (api, web, talk) = (repository.Api($"pulls/{pull.Number}"), repository.Web($"pull/{pull.Number}"), repository.Api($"issues/{pull.Number}"));
        var statuses = repository.Api($"statuses/{pull.HeadSha}");
        return new JsonObject
        {
            ["url"] = api, ["id"] = pull.Id, ["node_id"] = Account.Node("PR", pull.Id), ["html_url"] = web, ["diff_url"] = $"{web}.diff", ["patch_url"] = $"{web}.patch",
            ["issue_url"] = talk, ["number"] = pull.Number, ["state"] = issue.IsOpen ? "open" : "closed", ["locked"] = false, ["title"] = issue.Title,
            ["user"] = issue.Author.Simple(), ["body"] = issue.Body, ["created_at"] = Json.Time(issue.CreatedAt), ["updated_at"] = Json.Time(issue.UpdatedAt),
            ["closed_at"] = Json.Time(issue.ClosedAt), ["merged_at"] = Json.Time(pull.MergedAt), ["merge_commit_sha"] = pull.ShownMergeCommit, ["assignee"] = null,
            ["assignees"] = new JsonArray(), ["requested_reviewers"] = new JsonArray(), ["requested_teams"] = new JsonArray(),
            ["labels"] = Json.Array(issue.Labels.Select(l => (JsonNode)repository.Issues.LabelView(repository, l))), ["milestone"] = null, ["draft"] = pull.IsDraft,
            ["commits_url"] = $"{api}/commits", ["review_comments_url"] = $"{api}/comments", ["review_comment_url"] = repository.Api("pulls/comments{/number}"),
            ["comments_url"] = $"{talk}/comments", ["statuses_url"] = statuses,
            ["head"] = End(pull.HeadRepository, pull.HeadRef, pull.HeadSha), ["base"] = End(repository, pull.BaseRef, pull.BaseSha),
            ["_links"] = new JsonObject
            {
                ["self"] = Link(api), ["html"] = Link(web), ["issue"] = Link(talk), ["comments"] = Link($"{talk}/comments"), ["review_comments"] = Link($"{api}/comments"),
                ["review_comment"] = Link(repository.Api("pulls/comments{/number}")), ["commits"] = Link($"{api}/commits"), ["statuses"] = Link(statuses),
            },
            ["author_association"] = issue.AssociationOf(issue.Author), ["auto_merge"] = null, ["active_lock_reason"] = null,
        };
    }

    /// <summary>As it is asked for by number, and in webhooks.</summary>
    public static JsonObject Full(Pull pull)
    {
        var commits = pull.Commits;
        var files = CommitView.Diff(pull.Repository, pull.Repository.Network.MergeBase(pull.BaseSha, pull.HeadSha), pull.Repository.Network.Find(pull.HeadSha)!);
        bool? mergeable = !pull.IsOpen ? null
            : pull.Repository.Resolve($"refs/heads/{pull.BaseRef}") is { } into && pull.Repository.Network.Merge(into, pull.Repository.Network.Find(pull.HeadSha)!) is not null;
        return Simple(pull).With(
            ("merged", pull.MergedAt is not null), ("mergeable", mergeable), ("rebaseable", mergeable), ("mergeable_state", mergeable switch { true => "clean", false => "dirty", null => "unknown" }),
            ("merged_by", pull.MergedBy?.Simple()), ("comments", pull.Issue.Comments.Count), ("review_comments", 0), ("maintainer_can_modify", false),
            ("commits", commits.Count), ("additions", files.Sum(f => (int)f!["additions"]!)), ("deletions", files.Sum(f => (int)f!["deletions"]!)), ("changed_files", files.Count));
    }

    /// <summary>The open pull requests of this repository whose head a commit is, as checks and runs carry them; forks' are not among them.</summary>
    public static JsonArray Brief(Repository repository, string sha) => Json.Array(
        repository.Pulls.Where(p => p.IsOpen && p.HeadSha == sha && p.HeadRepository == repository).Select(p => (JsonNode)new JsonObject
        {
            ["id"] = p.Id, ["number"] = p.Number, ["url"] = repository.Api($"pulls/{p.Number}"),
            ["head"] = BriefEnd(p.HeadRepository, p.HeadRef, p.HeadSha), ["base"] = BriefEnd(repository, p.BaseRef, p.BaseSha),
        }));

    private static JsonObject End(Repository repository, string reference, string sha) => new()
    {
        ["label"] = $"{repository.Owner.Login}:{reference}", ["ref"] = reference, ["sha"] = sha, ["user"] = repository.Owner.Simple(), ["repo"] = RepositoryView.Of(repository),
    };

    private static JsonObject BriefEnd(Repository repository, string reference, string sha) => new()
    {
        ["ref"] = reference, ["sha"] = sha, ["repo"] = new JsonObject { ["id"] = repository.Id, ["url"] = repository.Api(""), ["name"] = repository.Name },
    };

    private static JsonObject Link(string href) => new() { ["href"] = href };
}
