using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Pulls;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>Commits, comparisons, and the pull requests of a commit.</summary>
internal static class CommitCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/commits", Need.ToRead("contents"), List);
        routes.On("GET /repos/{owner}/{repo}/compare/{basehead+}", Need.ToRead("contents"), Compare);
        routes.On("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", Need.ToRead("contents"), GitCommit);
    }

    /// <summary>Added last: its template is a prefix of others.</summary>
    public static void AddLast(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/commits/{ref+}/pulls", Need.ToRead("pull_requests"), PullsOf);
        routes.On("GET /repos/{owner}/{repo}/commits/{ref+}", Need.ToRead("contents"), Get);
    }

    private static Answer List(Call call)
    {
        var from = call.Query("sha") is { Length: > 0 } asked ? call.Repository.Resolve(asked) ?? throw GitHubFault.NotFound() : call.Repository.Resolve(call.Repository.DefaultBranch)
            ?? throw new GitHubFault(StatusCodes.Status409Conflict, "Git Repository is empty.");
        IEnumerable<Commit> all = call.Repository.Network.History(from.Sha);
        if (call.Query("path") is { Length: > 0 } path) all = all.Where(c => Touches(call.Repository, c, path));
        if (DateTimeOffset.TryParse(call.Query("since"), out var since)) all = all.Where(c => c.At >= since);
        return call.Page([.. all], c => CommitView.Of(call.Repository, c));
    }

    private static bool Touches(Repository repository, Commit commit, string path) =>
        CommitView.Diff(repository, commit.Parents.Count == 0 ? null : repository.Network.Find(commit.Parents[0]), commit)
            .Any(f => (string)f!["filename"]! is var name && (name == path || name.StartsWith($"{path}/", StringComparison.Ordinal)));

    private static Answer Get(Call call)
    {
        var commit = call.Repository.Resolve(call["ref"]) ?? throw GitHubFault.Refused($"No commit found for SHA: {call["ref"]}");
        return call.Http.Request.Headers.Accept.Any(a => a?.Contains("github.sha", StringComparison.Ordinal) == true || a?.Contains("v3.sha", StringComparison.Ordinal) == true)
            ? new Answer(200) { Text = commit.Sha, ContentType = "application/vnd.github.sha; charset=utf-8" }
            : Answer.Ok(CommitView.Full(call.Repository, commit));
    }

    private static Answer GitCommit(Call call)
    {
        var commit = call.Repository.Network.Find(call["commit_sha"]) ?? throw GitHubFault.NotFound();
        var inner = (JsonObject)CommitView.Of(call.Repository, commit)["commit"]!.DeepClone();
        inner.Remove("comment_count");
        return Answer.Ok(inner.With(
            ("sha", commit.Sha), ("node_id", Accounts.Account.Node("C", 1)), ("html_url", call.Repository.Web($"commit/{commit.Sha}")),
            ("parents", CommitView.Of(call.Repository, commit)["parents"]!.DeepClone())));
    }

    private static Answer PullsOf(Call call)
    {
        var commit = call.Repository.Resolve(call["ref"]) ?? throw GitHubFault.Refused($"No commit found for SHA: {call["ref"]}");
        return call.Page([.. call.Repository.Pulls.Where(p => p.MergeCommitSha == commit.Sha || p.Commits.Any(c => c.Sha == commit.Sha))], p => PullView.Simple(p));
    }

    /// <summary>Of a comparison GitHub lists no more.</summary>
    private const int MostFiles = 300;

    /// <summary><c>BASE...HEAD</c>, each perhaps of a fork as <c>OWNER:BRANCH</c>.</summary>
    private static Answer Compare(Call call)
    {
        var names = call["basehead"].Split("...", 2);
        if (names.Length != 2) throw GitHubFault.NotFound();
        var (repository, from, to) = (call.Repository, Find(call, names[0]), Find(call, names[1]));
        var common = repository.Network.MergeBase(from.Sha, to.Sha) ?? throw new GitHubFault(StatusCodes.Status404NotFound, $"No common ancestor between {names[0]} and {names[1]}.");
        var (ahead, behind) = (repository.Network.Between(from.Sha, to.Sha), repository.Network.Between(to.Sha, from.Sha).Count);
        var (page, link) = Paging.Slice(call, ahead, 250);
        var web = repository.Web($"compare/{call["basehead"]}");
        return Answer.Ok(new JsonObject
        {
            ["url"] = repository.Api($"compare/{call["basehead"]}"), ["html_url"] = web, ["permalink_url"] = web, ["diff_url"] = $"{web}.diff", ["patch_url"] = $"{web}.patch",
            ["base_commit"] = CommitView.Of(repository, from), ["merge_base_commit"] = CommitView.Of(repository, common),
            ["status"] = (ahead.Count, behind) switch { (0, 0) => "identical", (_, 0) => "ahead", (0, _) => "behind", _ => "diverged" },
            ["ahead_by"] = ahead.Count, ["behind_by"] = behind, ["total_commits"] = ahead.Count,
            ["commits"] = Json.Array(page.Select(c => (JsonNode)CommitView.Of(repository, c))), ["files"] = Json.Array(CommitView.Diff(repository, common, to).Take(MostFiles).Select(file => file!.DeepClone())),
        }) with { Headers = link };
    }

    private static Commit Find(Call call, string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var repository = colon < 0 ? call.Repository : call.World.Repositories.Find($"{name[..colon]}/{call.Repository.Name}") ?? throw GitHubFault.NotFound();
        return repository.Resolve(name[(colon + 1)..]) ?? throw GitHubFault.NotFound();
    }
}
