using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Statuses;

/// <summary>Commit statuses. Source: GitHub, "REST API endpoints for commit statuses".</summary>
internal static class StatusCalls
{
    private static readonly string[] States = ["error", "failure", "pending", "success"];

    public static void Add(Router routes)
    {
        routes.On("POST /repos/{owner}/{repo}/statuses/{sha}", Need.ToWrite("statuses"), Create);
        routes.On("GET /repos/{owner}/{repo}/commits/{ref+}/status", Need.ToRead("statuses"), Combined);
        routes.On("GET /repos/{owner}/{repo}/commits/{ref+}/statuses", Need.ToRead("statuses"), call =>
            call.Page([.. call.Repository.Statuses.Of(CommitOf(call).Sha).Reverse()], s => s.View()));
    }

    private static Commit CommitOf(Call call) => call.Repository.Resolve(call["ref"]) ?? throw GitHubFault.Refused($"No commit found for SHA: {call["ref"]}");

    private static Answer Create(Call call)
    {
        if (call.Repository.Network.Find(call["sha"]) is not { } commit || commit.Sha != call["sha"]) throw GitHubFault.Refused($"No commit found for SHA: {call["sha"]}");
        var state = call.Input.Required("state", "Status");
        if (!States.Contains(state)) throw GitHubFault.Invalid("Status", "state", "custom", "state is not included in the list");
        if (call.Input.Text("description") is { Length: > 140 }) throw GitHubFault.Invalid("Status", "description", "custom", "description is too long (maximum is 140 characters)");
        var status = new CommitStatus(
            call.World.NextId(), call.Repository, commit.Sha, call.Input.Text("context") ?? "default", state, call.Input.Text("description"), call.Input.Text("target_url"),
            call.Actor, call.World.Now);
        call.Repository.Statuses.Add(status);
        Tell(status, commit);
        return Answer.Created(status.View());
    }

    private static void Tell(CommitStatus status, Commit commit)
    {
        var repository = status.Repository;
        repository.World.Outbox.Publish("status", null, repository, status.Creator, new JsonObject
        {
            ["id"] = status.Id, ["sha"] = status.Sha, ["name"] = repository.FullName, ["avatar_url"] = repository.World.Urls.Web($"avatars/{status.Creator.Id}"),
            ["target_url"] = status.TargetUrl, ["context"] = status.Context, ["description"] = status.Description, ["state"] = status.State,
            ["commit"] = CommitView.Of(repository, commit),
            ["branches"] = Json.Array(repository.Refs.Where(r => r.Value == status.Sha && r.Key.StartsWith("refs/heads/", StringComparison.Ordinal)).Take(10).Select(r => (JsonNode)new JsonObject
            {
                ["name"] = r.Key["refs/heads/".Length..], ["protected"] = false,
                ["commit"] = new JsonObject { ["sha"] = r.Value, ["url"] = repository.Api($"commits/{r.Value}") },
            })),
            ["created_at"] = Json.Time(status.At), ["updated_at"] = Json.Time(status.At),
        });
    }

    private static Answer Combined(Call call)
    {
        var commit = CommitOf(call);
        var latest = call.Repository.Statuses.Latest(commit.Sha);
        var (page, link) = Paging.Slice(call, latest);
        var state = latest.Count == 0 || latest.Any(s => s.State == "pending") ? "pending" : "success";
        if (latest.Any(s => s.State is "error" or "failure")) state = "failure";
        return Answer.Ok(new JsonObject
        {
            ["state"] = state, ["statuses"] = Json.Array(page.Select(s => s.Simple())), ["sha"] = commit.Sha, ["total_count"] = latest.Count,
            ["repository"] = RepositoryView.Minimal(call.Repository), ["commit_url"] = call.Repository.Api($"commits/{commit.Sha}"),
            ["url"] = call.Repository.Api($"commits/{commit.Sha}/status"),
        }) with { Headers = link };
    }
}
