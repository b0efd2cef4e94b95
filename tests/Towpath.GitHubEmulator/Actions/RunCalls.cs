using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Actions;

/// <summary>Runs, their jobs, and what lets them go on. Source: GitHub, "REST API endpoints for workflow runs".</summary>
internal static class RunCalls
{
    private const string Path = "/repos/{owner}/{repo}/actions/runs";

    public static void Add(Router routes)
    {
        routes.On($"GET {Path}", Need.ToRead("actions"), call => List(call, null));
        routes.On($"GET {Path}/{{run_id}}", Need.ToRead("actions"), call => Answer.Ok(Of(call).View()));
        routes.On($"GET {Path}/{{run_id}}/jobs", Need.ToRead("actions"), call => call.Page("jobs", Of(call).Jobs, j => j.View()));
        routes.On($"POST {Path}/{{run_id}}/cancel", Need.ToWrite("actions"), Cancel);
        routes.On($"POST {Path}/{{run_id}}/deployment_protection_rule", Need.ToWrite("deployments"), AnswerRule);
        routes.On($"GET {Path}/{{run_id}}/pending_deployments", Need.ToRead("actions"), call =>
            Answer.Ok(Json.Array(Of(call).Gates.Where(g => g is { IsOpen: false, IsRejected: false }).Select(g => (JsonNode)g.View(MayApprove(call, g))))));
        routes.On($"POST {Path}/{{run_id}}/pending_deployments", Need.ToRead("actions"), Review);
    }

    internal static Answer List(Call call, Workflow? workflow)
    {
        var matching = call.Repository.Runs.AsEnumerable().Reverse().Where(r =>
            r.VisibleFrom <= call.World.Now
            && (workflow is null || r.Workflow == workflow)
            && Is(call, "event", r.Event) && Is(call, "branch", r.Branch) && Is(call, "head_sha", r.Sha) && Is(call, "actor", r.Actor.Login)
            && (call.Query("status") is not { } status || status == r.Status || status == r.Conclusion)
            && Created(call.Query("created"), r.CreatedAt));
        return call.Page("workflow_runs", [.. matching], r => r.View());
    }

    private static bool Is(Call call, string parameter, string value) => call.Query(parameter) is not { } asked || asked == value;

    /// <summary>GitHub's search syntax for times: <c>&gt;=T</c>, <c>&lt;=T</c>, <c>FROM..TO</c>.</summary>
    private static bool Created(string? range, DateTimeOffset at)
    {
        if (range is null) return true;
        var second = DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
        if (range.Split("..") is [var from, var to]) return second >= At(from) && second <= At(to);
        return range switch
        {
            ['>', '=', .. var after] => second >= At(after),
            ['<', '=', .. var before] => second <= At(before),
            ['>', .. var after] => second > At(after),
            ['<', .. var before] => second < At(before),
            _ => second.ToString("yyyy-MM-dd") == range,
        };
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.TryParse(text, out var at) ? at : throw GitHubFault.Refused($"Invalid date: {text}");

    private static WorkflowRun Of(Call call)
    {
        var id = call.Number64("run_id");
        return call.Repository.Runs.Find(r => r.Id == id) ?? throw GitHubFault.NotFound();
    }

    private static Answer Cancel(Call call)
    {
        var run = Of(call);
        if (run.Status == "completed") throw new GitHubFault(StatusCodes.Status409Conflict, "Cannot cancel a workflow run that is completed.");
        RunEvents.Complete(run, "cancelled");
        return new Answer(StatusCodes.Status202Accepted, new JsonObject());
    }

    /// <summary>An app answers as protection rule: approved, rejected, or only a report.</summary>
    private static Answer AnswerRule(Call call)
    {
        if (call.Caller is not Caller.OfInstallation { Installation.App: var app }) throw GitHubFault.NotForIntegrations();
        var (run, name, comment) = (Of(call), call.Input.Required("environment_name", "DeploymentProtectionRule"), call.Input.Text("comment"));
        var gate = run.Gates.Find(g => g.Environment.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && g.Asked.Contains(app))
            ?? throw GitHubFault.Refused($"No pending deployment protection rule of {app.Slug} for {name}.");
        if (comment is { Length: > 1024 }) throw GitHubFault.Refused("Comment is too long (maximum is 1024 characters)");
        var state = call.Input.Text("state");
        if (state is null)
        {
            if (comment is null) throw GitHubFault.Refused("Invalid request.\n\n\"comment\" wasn't supplied.");
            if (gate.Said.Count(s => s.App == app && s.State is null) >= RunGate.MostReports) throw GitHubFault.Refused("Too many status reports for this deployment.");
        }
        else if (state is not ("approved" or "rejected"))
        {
            throw GitHubFault.Refused($"Invalid request.\n\n{state} is not a member of [\"approved\", \"rejected\"].");
        }

        gate.Said.Add((app, state, comment ?? ""));
        if (state is null) return Answer.NoContent;
        gate.Asked.Remove(app);
        gate.IsRejected |= state == "rejected";
        RunEvents.Proceed(run);
        return Answer.NoContent;
    }

    private static bool MayApprove(Call call, RunGate gate) => call.Caller is Caller.Person { User: var user }
        && gate.Environment.Reviewers.Any(r => r == (object)user || (r is Team team && team.Members.ContainsKey(user.Login)));

    /// <summary>A person approves or rejects; one of the reviewers suffices.</summary>
    private static Answer Review(Call call)
    {
        var run = Of(call);
        var state = call.Input.Required("state", "PendingDeployment");
        var asked = (call.Input["environment_ids"] as JsonArray ?? throw GitHubFault.Refused("Invalid request.\n\n\"environment_ids\" wasn't supplied.")).Select(i => (long)i!).ToHashSet();
        var gates = run.Gates.FindAll(g => asked.Contains(g.Environment.Id) && g.WantsReview);
        if (gates.Count != asked.Count) throw GitHubFault.Refused("There are no pending deployments for the environments.");
        foreach (var gate in gates)
        {
            if (!MayApprove(call, gate)) throw new GitHubFault(StatusCodes.Status403Forbidden, "Current user is not a required reviewer.");
            if (gate.Environment.PreventSelfReview && run.Actor == call.Actor) throw new GitHubFault(StatusCodes.Status403Forbidden, "Self-review is not allowed.");
            (gate.WantsReview, gate.IsRejected) = (false, state == "rejected");
        }

        RunEvents.Proceed(run);
        return Answer.Ok(Json.Array(gates.Select(g => (JsonNode)g.Deployment.View())));
    }
}
