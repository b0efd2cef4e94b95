using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Checks;

/// <summary>What one app's checks of one commit come to.</summary>
public sealed class CheckSuite(long id, Repository repository, App app, string headSha, string? headBranch)
{
    public long Id { get; } = id;

    public Repository Repository { get; } = repository;

    public App App { get; } = app;

    public string HeadSha { get; } = headSha;

    /// <summary>Null for commits of forks.</summary>
    public string? HeadBranch { get; } = headBranch;

    /// <summary>Of one workflow run: each has a suite of its own.</summary>
    public bool IsOfRun { get; init; }

    public List<CheckRun> Runs { get; } = [];

    public DateTimeOffset CreatedAt { get; } = repository.World.Now;

    public string Status => Runs.Count == 0 ? "queued" : Runs.All(r => r.Status == "completed") ? "completed" : Runs.Any(r => r.Status != "queued") ? "in_progress" : "queued";

    public string? Conclusion => Status != "completed" ? null
        : Runs.Select(r => r.Conclusion).FirstOrDefault(c => c is "failure" or "timed_out" or "cancelled" or "action_required") ?? "success";

    public JsonObject View()
    {
        var commit = Repository.Network.Find(HeadSha)!;
        return new JsonObject
        {
            ["id"] = Id, ["node_id"] = Account.Node("CS", Id), ["head_branch"] = HeadBranch, ["head_sha"] = HeadSha, ["status"] = Status, ["conclusion"] = Conclusion,
            ["url"] = Repository.Api($"check-suites/{Id}"), ["before"] = (commit.Parents.Count == 0 ? new string('0', 40) : commit.Parents[0]), ["after"] = HeadSha,
            ["pull_requests"] = PullView.Brief(Repository, HeadSha), ["app"] = App.View(), ["repository"] = RepositoryView.Minimal(Repository),
            ["created_at"] = Json.Time(CreatedAt), ["updated_at"] = Json.Time(CreatedAt), ["head_commit"] = CommitView.Simple(commit),
            ["latest_check_runs_count"] = Runs.Count, ["check_runs_url"] = Repository.Api($"check-suites/{Id}/check-runs"),
        };
    }
}

/// <summary>One check of a commit by an app.</summary>
public sealed class CheckRun(long id, CheckSuite suite, string name)
{
    public long Id { get; } = id;

    public CheckSuite Suite { get; } = suite;

    public string Name { get; set; } = name;

    public string Status { get; set; } = "queued";

    public string? Conclusion { get; set; }

    public string? ExternalId { get; set; }

    public string? DetailsUrl { get; set; }

    /// <summary>Null: a page of its own.</summary>
    public string? HtmlUrl { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public JsonObject? Output { get; set; }

    public JsonObject View()
    {
        var repository = Suite.Repository;
        return new JsonObject
        {
            ["id"] = Id, ["head_sha"] = Suite.HeadSha, ["node_id"] = Account.Node("CR", Id), ["external_id"] = ExternalId ?? "", ["url"] = repository.Api($"check-runs/{Id}"),
            ["html_url"] = HtmlUrl ?? repository.Web($"runs/{Id}"), ["details_url"] = DetailsUrl ?? Suite.App.ExternalUrl, ["status"] = Status, ["conclusion"] = Conclusion,
            ["started_at"] = Json.Time(StartedAt), ["completed_at"] = Json.Time(CompletedAt),
            ["output"] = new JsonObject
            {
                ["title"] = Output?.Copy("title"), ["summary"] = Output?.Copy("summary"), ["text"] = Output?.Copy("text"), ["annotations_count"] = 0,
                ["annotations_url"] = repository.Api($"check-runs/{Id}/annotations"),
            },
            ["name"] = Name, ["check_suite"] = new JsonObject { ["id"] = Suite.Id }, ["app"] = Suite.App.View(), ["pull_requests"] = PullView.Brief(repository, Suite.HeadSha),
        };
    }
}

/// <summary>The checks of a repository.</summary>
public sealed class CheckBook
{
    private readonly Dictionary<string, List<CheckSuite>> _bySha = new(StringComparer.Ordinal);
    private readonly Dictionary<long, CheckSuite> _suites = [];
    private readonly Dictionary<long, CheckRun> _runs = [];

    public IReadOnlyList<CheckSuite> Of(string sha) => _bySha.GetValueOrDefault(sha) ?? [];

    public CheckSuite? Suite(long id) => _suites.GetValueOrDefault(id);

    public CheckRun? Run(long id) => _runs.GetValueOrDefault(id);

    /// <summary>The newest of each suite and name.</summary>
    public IReadOnlyList<CheckRun> Latest(string sha) =>
        [.. Of(sha).SelectMany(s => s.Runs.GroupBy(r => r.Name, StringComparer.Ordinal).Select(g => g.Last()))];

    public CheckSuite SuiteOf(Repository repository, App app, string sha) =>
        Of(sha).FirstOrDefault(suite => suite.App == app && !suite.IsOfRun) ?? New(repository, app, sha, isOfRun: false);

    public CheckSuite SuiteOfRun(Repository repository, string sha) => New(repository, repository.World.Apps.Actions, sha, isOfRun: true);

    private CheckSuite New(Repository repository, App app, string sha, bool isOfRun)
    {
        if (!_bySha.TryGetValue(sha, out var suites)) _bySha[sha] = suites = [];
        var branch = repository.Refs.FirstOrDefault(r => r.Value == sha && r.Key.StartsWith("refs/heads/", StringComparison.Ordinal)).Key?["refs/heads/".Length..];
        var suite = new CheckSuite(repository.World.NextId(), repository, app, sha, branch) { IsOfRun = isOfRun };
        suites.Add(suite);
        return _suites[suite.Id] = suite;
    }

    public CheckRun Add(CheckSuite suite, string name)
    {
        var run = new CheckRun(suite.Repository.World.NextId(), suite, name);
        suite.Runs.Add(run);
        return _runs[run.Id] = run;
    }
}
