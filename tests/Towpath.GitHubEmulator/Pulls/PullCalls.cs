using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Pulls;

/// <summary>Pull requests. Source: GitHub, "REST API endpoints for pull requests".</summary>
internal static class PullCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/pulls", Need.ToRead("pull_requests"), List);
        routes.On("POST /repos/{owner}/{repo}/pulls", Need.ToWrite("pull_requests"), Create);
        routes.On("GET /repos/{owner}/{repo}/pulls/{pull_number}", Need.ToRead("pull_requests"), call => Answer.Ok(PullView.Full(Of(call))));
        routes.On("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", Need.ToWrite("pull_requests"), Update);
        routes.On("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", Need.ToRead("pull_requests"), call => call.Page(Of(call).Commits, c => CommitView.Of(call.Repository, c)));
        routes.On("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", Need.ToRead("pull_requests"), Files);
        routes.On("GET /repos/{owner}/{repo}/pulls/{pull_number}/merge", Need.ToRead("pull_requests"), call => Of(call).MergedAt is null ? throw GitHubFault.NotFound() : Answer.NoContent);
        routes.On("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", Need.ToWrite("contents"), Merge);
    }

    private static Pull Of(Call call)
    {
        var number = call.Number64("pull_number");
        return call.Repository.Pulls.Find(p => p.Number == number) ?? throw GitHubFault.NotFound();
    }

    private static Answer List(Call call)
    {
        var state = call.Query("state") ?? "open";
        var matching = call.Repository.Pulls.AsEnumerable().Where(p =>
            (state == "all" || p.IsOpen == (state == "open"))
            && (call.Query("head") is not { } head || head == $"{p.HeadRepository.Owner.Login}:{p.HeadRef}")
            && (call.Query("base") is not { } @base || @base == p.BaseRef));
        var byUpdate = call.Query("sort") == "updated" ? matching.OrderBy(p => p.Issue.UpdatedAt).ThenBy(p => p.Number) : matching.OrderBy(p => p.Number);
        return call.Page([.. call.Query("direction") == "asc" ? byUpdate : byUpdate.Reverse()], p => PullView.Simple(p));
    }

    private static Answer Create(Call call)
    {
        var (repository, input) = (call.Repository, call.Input);
        var (head, into) = (input.Required("head", "PullRequest"), input.Required("base", "PullRequest"));
        var from = HeadRepository(call, ref head);
        var tip = from.Resolve($"refs/heads/{head}") ?? throw GitHubFault.Invalid("PullRequest", "head", "invalid");
        var target = repository.Resolve($"refs/heads/{into}") ?? throw GitHubFault.Invalid("PullRequest", "base", "invalid");
        if (repository.Pulls.Exists(p => p.IsOpen && p.HeadRepository == from && p.HeadRef == head && p.BaseRef == into))
            throw GitHubFault.Invalid("PullRequest", "head", "custom", $"A pull request already exists for {from.Owner.Login}:{head}.");
        if (repository.Network.IsAncestor(tip.Sha, target.Sha)) throw GitHubFault.Invalid("PullRequest", "head", "custom", $"No commits between {into} and {head}");
        var issue = repository.Issues.Add(new Issue(call.World.NextId(), repository, repository.NextNumber(), call.Actor)
        {
            Title = input.Text("title") ?? tip.Message.Split('\n')[0], Body = input.Text("body"),
        });
        var pull = new Pull(call.World.NextId(), issue, from, head, into) { HeadSha = tip.Sha, BaseSha = target.Sha, IsDraft = input.Flag("draft") ?? false };
        issue.Pull = pull;
        repository.Pulls.Add(pull);
        PullEvents.Tell(pull, "opened", call.Actor);
        return Answer.Created(PullView.Full(pull));
    }

    /// <summary>A branch of this repository, or <c>OWNER:BRANCH</c> of a fork.</summary>
    private static Repository HeadRepository(Call call, ref string head)
    {
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return call.Repository;
        var owner = head[..colon];
        head = head[(colon + 1)..];
        return call.World.Repositories.All.FirstOrDefault(r => r.Network == call.Repository.Network && r.Owner.Login.Equals(owner, StringComparison.OrdinalIgnoreCase))
            ?? throw GitHubFault.Invalid("PullRequest", "head", "invalid");
    }

    private static Answer Update(Call call)
    {
        var (pull, input) = (Of(call), call.Input);
        if (input.Text("title") is { } title && title != pull.Issue.Title)
        {
            var was = pull.Issue.Title;
            pull.Issue.Title = title;
            PullEvents.Tell(pull, "edited", call.Actor, ("changes", new JsonObject { ["title"] = new JsonObject { ["from"] = was } }));
        }

        if (input.Text("body") is { } body) pull.Issue.Body = body;
        if (input.Text("base") is { } into && into != pull.BaseRef) Retarget(call, pull, into);
        if (input.Text("state") is { } state && (state == "open") != pull.IsOpen)
        {
            if (pull.MergedAt is not null) throw GitHubFault.Invalid("PullRequest", "state", "custom", "state cannot be changed. The pull request is already merged.");
            (pull.Issue.IsOpen, pull.Issue.ClosedAt) = (state == "open", state == "open" ? null : call.World.Now);
            PullEvents.Tell(pull, state == "open" ? "reopened" : "closed", call.Actor);
        }

        pull.Issue.UpdatedAt = call.World.Now;
        return Answer.Ok(PullView.Full(pull));
    }

    private static void Retarget(Call call, Pull pull, string into)
    {
        var was = (pull.BaseRef, pull.BaseSha);
        pull.BaseSha = (call.Repository.Resolve($"refs/heads/{into}") ?? throw GitHubFault.Invalid("PullRequest", "base", "invalid")).Sha;
        pull.BaseRef = into;
        PullEvents.Tell(pull, "edited", call.Actor, ("changes", new JsonObject
        {
            ["base"] = new JsonObject { ["ref"] = new JsonObject { ["from"] = was.BaseRef }, ["sha"] = new JsonObject { ["from"] = was.BaseSha } },
        }));
    }

    private static Answer Files(Call call)
    {
        var pull = Of(call);
        var files = CommitView.Diff(pull.Repository, pull.Repository.Network.MergeBase(pull.BaseSha, pull.HeadSha), pull.Repository.Network.Find(pull.HeadSha)!);
        return call.Page([.. files.Select(f => f!.DeepClone())], f => f);
    }

    private static Answer Merge(Call call)
    {
        var pull = Of(call);
        if (call.Caller is Caller.Person person && call.Repository.RoleOf(person.User) < Role.Write) throw new GitHubFault(StatusCodes.Status403Forbidden, "Must have admin rights to Repository.");
        if (!pull.IsOpen) throw new GitHubFault(StatusCodes.Status405MethodNotAllowed, "Pull Request is not mergeable");
        if (call.Input.Text("sha") is { } sha && sha != pull.HeadSha) throw new GitHubFault(StatusCodes.Status409Conflict, "Head branch was modified. Review and try the merge again.");
        var (repository, into) = (pull.Repository, pull.Repository.Needed($"refs/heads/{pull.BaseRef}"));
        var head = repository.Network.Find(pull.HeadSha)!;
        var files = repository.Network.Merge(into, head) ?? throw new GitHubFault(StatusCodes.Status405MethodNotAllowed, "Pull Request is not mergeable");
        var author = call.World.Accounts.Find(call.Actor.Login) as Accounts.User ?? call.World.Accounts.User("web-flow");
        var brought = pull.Commits;
        var squash = call.Input.Text("merge_method") is "squash" or "rebase";
        var message = call.Input.Text("commit_title") ?? (squash ? $"{pull.Issue.Title} (#{pull.Number})" : $"Merge pull request #{pull.Number} from {pull.HeadRepository.Owner.Login}/{pull.HeadRef}");
        var merged = repository.Network.Add(new Commit(files, squash ? [into.Sha] : [into.Sha, head.Sha], message, author, call.World.Now));
        (pull.Brought, pull.MergeCommitSha, pull.MergedAt, pull.MergedBy) = (brought, merged.Sha, call.World.Now, call.Actor);
        (pull.Issue.IsOpen, pull.Issue.ClosedAt, pull.Issue.UpdatedAt) = (false, call.World.Now, call.World.Now);
        RefEvents.Move(repository, $"refs/heads/{pull.BaseRef}", merged.Sha, call.Actor);
        PullEvents.Tell(pull, "closed", call.Actor);
        return Answer.Ok(new JsonObject { ["sha"] = merged.Sha, ["merged"] = true, ["message"] = "Pull Request successfully merged" });
    }
}
