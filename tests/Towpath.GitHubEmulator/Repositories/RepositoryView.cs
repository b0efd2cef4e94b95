using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>How a repository looks in answers and webhooks.</summary>
internal static class RepositoryView
{
    private static readonly (string Name, string Path)[] Members =
    [
        ("forks_url", "/forks"), ("keys_url", "/keys{/key_id}"), ("collaborators_url", "/collaborators{/collaborator}"), ("teams_url", "/teams"),
        ("hooks_url", "/hooks"), ("issue_events_url", "/issues/events{/number}"), ("events_url", "/events"), ("assignees_url", "/assignees{/user}"),
        ("branches_url", "/branches{/branch}"), ("tags_url", "/tags"), ("blobs_url", "/git/blobs{/sha}"), ("git_tags_url", "/git/tags{/sha}"),
        ("git_refs_url", "/git/refs{/sha}"), ("trees_url", "/git/trees{/sha}"), ("statuses_url", "/statuses/{sha}"), ("languages_url", "/languages"),
        ("stargazers_url", "/stargazers"), ("contributors_url", "/contributors"), ("subscribers_url", "/subscribers"), ("subscription_url", "/subscription"),
        ("commits_url", "/commits{/sha}"), ("git_commits_url", "/git/commits{/sha}"), ("comments_url", "/comments{/number}"),
        ("issue_comment_url", "/issues/comments{/number}"), ("contents_url", "/contents/{+path}"), ("compare_url", "/compare/{base}...{head}"),
        ("merges_url", "/merges"), ("archive_url", "/{archive_format}{/ref}"), ("downloads_url", "/downloads"), ("issues_url", "/issues{/number}"),
        ("pulls_url", "/pulls{/number}"), ("milestones_url", "/milestones{/number}"), ("notifications_url", "/notifications{?since,all,participating}"),
        ("labels_url", "/labels{/name}"), ("releases_url", "/releases{/id}"), ("deployments_url", "/deployments"),
    ];

    /// <summary>What webhooks and most answers have.</summary>
    public static JsonObject Of(Repository repository)
    {
        var view = Minimal(repository);
        var open = repository.Pulls.Count(p => p.IsOpen);
        return view.With(
            ("created_at", Json.Time(repository.CreatedAt)), ("updated_at", Json.Time(repository.CreatedAt)), ("pushed_at", Json.Time(repository.PushedAt)),
            ("git_url", $"git://{repository.FullName}.git"), ("ssh_url", $"git@github.example:{repository.FullName}.git"), ("clone_url", $"{repository.Web("")}.git"),
            ("svn_url", repository.Web("")), ("homepage", null), ("size", 1), ("stargazers_count", 0), ("watchers_count", 0), ("language", null),
            ("has_issues", true), ("has_projects", true), ("has_downloads", true), ("has_wiki", false), ("has_pages", false), ("has_discussions", false),
            ("forks_count", 0), ("mirror_url", null), ("archived", false), ("disabled", false), ("open_issues_count", open), ("license", null), ("allow_forking", true),
            ("is_template", false), ("web_commit_signoff_required", false), ("topics", new JsonArray()), ("visibility", repository.IsPrivate ? "private" : "public"),
            ("forks", 0), ("open_issues", open), ("watchers", 0), ("default_branch", repository.DefaultBranch));
    }

    /// <summary>One repository, asked for by name.</summary>
    public static JsonObject Full(Repository repository)
    {
        var view = Of(repository).With(("network_count", 0), ("subscribers_count", 0));
        if (repository.Owner is Organization) view["organization"] = repository.Owner.Simple();
        if (repository.Parent is { } parent) view.With(("parent", Of(parent)), ("source", Of(parent)));
        return view;
    }

    /// <summary>GitHub's "minimal repository" with no more than it requires.</summary>
    public static JsonObject Minimal(Repository repository)
    {
        var api = repository.Api("");
        var view = new JsonObject
        {
            ["id"] = repository.Id, ["node_id"] = repository.NodeId, ["name"] = repository.Name, ["full_name"] = repository.FullName, ["private"] = repository.IsPrivate,
            ["owner"] = repository.Owner.Simple(), ["html_url"] = repository.Web(""), ["description"] = null, ["fork"] = repository.Parent is not null, ["url"] = api,
        };
        foreach (var (name, rest) in Members) view[name] = api + rest;
        return view;
    }
}
