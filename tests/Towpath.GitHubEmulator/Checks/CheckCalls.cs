using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Checks;

/// <summary>Check runs and suites. Only apps write them. Source: GitHub, "REST API endpoints for check runs".</summary>
internal static class CheckCalls
{
    private static readonly string[] Conclusions = ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"];

    public static void Add(Router routes)
    {
        routes.On("POST /repos/{owner}/{repo}/check-runs", Need.ToWrite("checks"), Create);
        routes.On("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", Need.ToWrite("checks"), Update);
        routes.On("GET /repos/{owner}/{repo}/check-runs/{check_run_id}", Need.ToRead("checks"), call => Answer.Ok(RunOf(call).View()));
        routes.On("POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest", Need.ToWrite("checks"), Rerequest);
        routes.On("POST /repos/{owner}/{repo}/check-suites", Need.ToWrite("checks"), CreateSuite);
        routes.On("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}", Need.ToRead("checks"), call => Answer.Ok(SuiteOf(call).View()));
        routes.On("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs", Need.ToRead("checks"), call =>
            call.Page("check_runs", Matching(call, SuiteOf(call).Runs), r => r.View()));
        routes.On("GET /repos/{owner}/{repo}/commits/{ref+}/check-runs", Need.ToRead("checks"), List);
        routes.On("GET /repos/{owner}/{repo}/commits/{ref+}/check-suites", Need.ToRead("checks"), call =>
            call.Page("check_suites", call.Repository.Checks.Of(call.Repository.Needed(call["ref"]).Sha), s => s.View()));
    }

    private static CheckRun RunOf(Call call) => call.Repository.Checks.Run(call.Number64("check_run_id")) ?? throw GitHubFault.NotFound();

    private static CheckSuite SuiteOf(Call call) => call.Repository.Checks.Suite(call.Number64("check_suite_id")) ?? throw GitHubFault.NotFound();

    private static App AppOf(Call call) => call.Caller is Caller.OfInstallation { Installation.App: var app } ? app
        : throw new GitHubFault(StatusCodes.Status403Forbidden, "You must authenticate via a GitHub App.");

    private static Answer List(Call call)
    {
        var sha = call.Repository.Needed(call["ref"]).Sha;
        var runs = call.Query("filter") == "all" ? [.. call.Repository.Checks.Of(sha).SelectMany(s => s.Runs)] : call.Repository.Checks.Latest(sha);
        return call.Page("check_runs", Matching(call, runs), r => r.View());
    }

    private static List<CheckRun> Matching(Call call, IEnumerable<CheckRun> runs) =>
    [
        .. runs.Where(r =>
            (call.Query("check_name") is not { } name || r.Name == name)
            && (call.Query("status") is not { } status || r.Status == status)
            && (call.Query("app_id") is not { } app || r.Suite.App.Id.ToString() == app)),
    ];

    private static Answer Create(Call call)
    {
        var app = AppOf(call);
        var name = call.Input.Required("name", "CheckRun");
        var sha = call.Input.Required("head_sha", "CheckRun");
        if (call.Repository.Network.Find(sha)?.Sha != sha) throw GitHubFault.Refused($"No commit found for SHA: {sha}");
        var run = call.Repository.Checks.Add(call.Repository.Checks.SuiteOf(call.Repository, app, sha), name);
        run.StartedAt = call.World.Now;
        Read(call, run);
        CheckEvents.Tell(run, "created");
        if (run.Status == "completed") CheckEvents.Completed(run);
        return Answer.Created(run.View());
    }

    private static Answer Update(Call call)
    {
        var run = RunOf(call);
        if (run.Suite.App != AppOf(call)) throw new GitHubFault(StatusCodes.Status403Forbidden, "Invalid app_id `" + run.Suite.App.Id + "` - check run can only be modified by the GitHub App that created it.");
        var was = run.Status;
        Read(call, run);
        if (run.Status == "completed" && was != "completed") CheckEvents.Completed(run);
        return Answer.Ok(run.View());
    }

    private static void Read(Call call, CheckRun run)
    {
        var input = call.Input;
        run.Name = input.Text("name") ?? run.Name;
        run.ExternalId = input.Text("external_id") ?? run.ExternalId;
        run.DetailsUrl = input.Text("details_url") ?? run.DetailsUrl;
        run.StartedAt = input.Moment("started_at") ?? run.StartedAt;
        run.Status = input.Text("status") ?? run.Status;
        if (input.Member("output") is { } output)
        {
            if (output.Text("summary") is null || (run.Output is null && output.Text("title") is null)) throw GitHubFault.Refused("Invalid request.\n\n\"summary\", \"title\" weren't supplied.");
            run.Output = (JsonObject)output.DeepClone();
        }

        if (input.Text("conclusion") is { } conclusion)
        {
            if (!Conclusions.Contains(conclusion)) throw GitHubFault.Refused($"Invalid request.\n\n{conclusion} is not a member of {string.Join(", ", Conclusions)}.");
            (run.Conclusion, run.Status) = (conclusion, "completed");
        }

        if (run.Status != "completed") return;
        if (run.Conclusion is null) throw GitHubFault.Refused("Invalid request.\n\n\"conclusion\" wasn't supplied.");
        run.CompletedAt = input.Moment("completed_at") ?? run.CompletedAt ?? call.World.Now;
    }

    private static Answer Rerequest(Call call)
    {
        var run = RunOf(call);
        CheckEvents.Rerequested(run, call.Actor);
        return new Answer(StatusCodes.Status201Created, new JsonObject());
    }

    private static Answer CreateSuite(Call call)
    {
        var sha = call.Input.Required("head_sha", "CheckSuite");
        if (call.Repository.Network.Find(sha)?.Sha != sha) throw GitHubFault.Refused($"No commit found for SHA: {sha}");
        return Answer.Created(call.Repository.Checks.SuiteOf(call.Repository, AppOf(call), sha).View());
    }
}
