using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Issues;

/// <summary>An issue, or what a pull request has of one: title, labels, comments.</summary>
public sealed class Issue(long id, Repository repository, long number, Account author)
{
    public long Id { get; } = id;

    public Repository Repository { get; } = repository;

    public long Number { get; } = number;

    public Account Author { get; } = author;

    public string Title { get; set; } = "";

    public string? Body { get; set; }

    public bool IsOpen { get; set; } = true;

    public DateTimeOffset CreatedAt { get; } = repository.World.Now;

    public DateTimeOffset UpdatedAt { get; set; } = repository.World.Now;

    public DateTimeOffset? ClosedAt { get; set; }

    public SortedSet<string> Labels { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<Comment> Comments { get; } = [];

    public List<Reaction> Reactions { get; } = [];

    /// <summary>Where it is one.</summary>
    public Pull? Pull { get; set; }

    public JsonObject View()
    {
        var url = Repository.Api($"issues/{Number}");
        var view = new JsonObject
        {
            ["url"] = url, ["repository_url"] = Repository.Api(""), ["labels_url"] = $"{url}/labels{{/name}}", ["comments_url"] = $"{url}/comments", ["events_url"] = $"{url}/events",
            ["html_url"] = Repository.Web($"{(Pull is null ? "issues" : "pull")}/{Number}"), ["id"] = Id, ["node_id"] = Account.Node("I", Id), ["number"] = Number, ["title"] = Title,
            ["user"] = Author.Simple(), ["labels"] = Json.Array(Labels.Select(l => (JsonNode)Repository.Issues.LabelView(Repository, l))), ["state"] = IsOpen ? "open" : "closed",
            ["locked"] = false, ["assignee"] = null, ["assignees"] = new JsonArray(), ["milestone"] = null, ["comments"] = Comments.Count, ["created_at"] = Json.Time(CreatedAt),
            ["updated_at"] = Json.Time(UpdatedAt), ["closed_at"] = Json.Time(ClosedAt), ["author_association"] = AssociationOf(Author), ["active_lock_reason"] = null, ["body"] = Body,
            ["reactions"] = Reaction.Rollup(Reactions, $"{url}/reactions"), ["timeline_url"] = $"{url}/timeline", ["performed_via_github_app"] = null, ["state_reason"] = null,
        };
        if (Pull is not null)
            view["pull_request"] = new JsonObject
            {
                ["url"] = Repository.Api($"pulls/{Number}"), ["html_url"] = Repository.Web($"pull/{Number}"), ["diff_url"] = Repository.Web($"pull/{Number}.diff"),
                ["patch_url"] = Repository.Web($"pull/{Number}.patch"), ["merged_at"] = Json.Time(Pull.MergedAt),
            };
        return view;
    }

    internal string AssociationOf(Account account)
    {
        if (account == Repository.Owner) return "OWNER";
        if (Repository.Owner is Organization organization && organization.Members.ContainsKey(account.Login)) return "MEMBER";
        return Repository.Collaborators.ContainsKey(account.Login) ? "COLLABORATOR" : "NONE";
    }
}

public sealed class Comment(long id, Issue issue, Account author, App? via)
{
    public long Id { get; } = id;

    public Issue Issue { get; } = issue;

    public Account Author { get; } = author;

    public string Body { get; set; } = "";

    public DateTimeOffset CreatedAt { get; } = issue.Repository.World.Now;

    public DateTimeOffset UpdatedAt { get; set; } = issue.Repository.World.Now;

    public List<Reaction> Reactions { get; } = [];

    public JsonObject View()
    {
        var url = Issue.Repository.Api($"issues/comments/{Id}");
        return new JsonObject
        {
            ["url"] = url, ["html_url"] = Issue.Repository.Web($"{(Issue.Pull is null ? "issues" : "pull")}/{Issue.Number}#issuecomment-{Id}"),
            ["issue_url"] = Issue.Repository.Api($"issues/{Issue.Number}"), ["id"] = Id, ["node_id"] = Account.Node("IC", Id), ["user"] = Author.Simple(),
            ["created_at"] = Json.Time(CreatedAt), ["updated_at"] = Json.Time(UpdatedAt), ["author_association"] = Issue.AssociationOf(Author), ["body"] = Body,
            ["reactions"] = Reaction.Rollup(Reactions, $"{url}/reactions"), ["performed_via_github_app"] = via?.View(),
        };
    }
}

public sealed record Reaction(long Id, Account User, string Content, DateTimeOffset At)
{
    public static readonly string[] Contents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

    public JsonObject View() => new()
    {
        ["id"] = Id, ["node_id"] = Account.Node("REA", Id), ["user"] = User.Simple(), ["content"] = Content, ["created_at"] = Json.Time(At),
    };

    internal static JsonObject Rollup(List<Reaction> reactions, string url)
    {
        var view = new JsonObject { ["url"] = url, ["total_count"] = reactions.Count };
        foreach (var content in Contents) view[content] = reactions.Count(r => r.Content == content);
        return view;
    }
}

/// <summary>The issues, labels and comments of a repository.</summary>
public sealed class IssueBook
{
    private readonly SortedDictionary<long, Issue> _issues = [];
    private readonly Dictionary<long, Comment> _comments = [];
    private readonly Dictionary<string, (long Id, string Color, string? Description)> _labels = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<Issue> All => _issues.Values;

    public IEnumerable<string> Labels => _labels.Keys;

    public Issue? Find(long number) => _issues.GetValueOrDefault(number);

    public Comment? FindComment(long id) => _comments.GetValueOrDefault(id);

    public Issue Add(Issue issue) => _issues[issue.Number] = issue;

    public Comment Add(Comment comment)
    {
        comment.Issue.Comments.Add(comment);
        comment.Issue.UpdatedAt = comment.CreatedAt;
        return _comments[comment.Id] = comment;
    }

    internal void Remove(Comment comment)
    {
        _comments.Remove(comment.Id);
        comment.Issue.Comments.Remove(comment);
    }

    internal bool Define(Repository repository, string name, string? color = null, string? description = null) =>
        _labels.TryAdd(name, (repository.World.NextId(), color ?? "ededed", description));

    internal JsonObject LabelView(Repository repository, string name)
    {
        Define(repository, name);
        var (id, color, description) = _labels[name];
        return new JsonObject
        {
            ["id"] = id, ["node_id"] = Account.Node("LA", id), ["url"] = repository.Api($"labels/{Uri.EscapeDataString(name)}"), ["name"] = name, ["color"] = color, ["default"] = false,
            ["description"] = description ?? "",
        };
    }
}
