using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Actions;

/// <summary>One run of a workflow.</summary>
public sealed class WorkflowRun(long id, Workflow workflow, Account actor)
{
    public long Id { get; } = id;

    public Workflow Workflow { get; } = workflow;

    public Repository Repository => Workflow.Repository;

    public Account Actor { get; } = actor;

    public required int Number { get; init; }

    public required string Event { get; init; }

    /// <summary>Full name of a branch or tag.</summary>
    public required string Ref { get; init; }

    public required string Sha { get; init; }

    public required RunPlan Plan { get; init; }

    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    /// <summary>Where its commit comes from: a fork, or the repository itself.</summary>
    public required Repository Head { get; init; }

    public required CheckSuite Suite { get; init; }

    /// <summary>When lists begin to have it.</summary>
    public required DateTimeOffset VisibleFrom { get; init; }

    public string Status { get; set; } = "queued";

    public string? Conclusion { get; set; }

    public DateTimeOffset CreatedAt { get; } = workflow.Repository.World.Now;

    public DateTimeOffset UpdatedAt { get; set; } = workflow.Repository.World.Now;

    public List<RunJob> Jobs { get; } = [];

    /// <summary>What has to be answered before the jobs go on.</summary>
    public List<RunGate> Gates { get; } = [];

    public string Branch => Ref.Replace("refs/heads/", "", StringComparison.Ordinal).Replace("refs/tags/", "", StringComparison.Ordinal);

    internal string Fill(string template)
    {
        foreach (var (name, value) in Inputs) template = template.Replace($"${{{{ inputs.{name} }}}}", value, StringComparison.Ordinal);
        return template;
    }

    public JsonObject View()
    {
        var url = Repository.Api($"actions/runs/{Id}");
        return new JsonObject
        {
            ["id"] = Id, ["name"] = Workflow.Name, ["node_id"] = Account.Node("WFR", Id), ["head_branch"] = Branch, ["head_sha"] = Sha, ["path"] = Workflow.Path,
            ["display_title"] = Fill(Workflow.RunName ?? Workflow.Name), ["run_number"] = Number, ["event"] = Event, ["status"] = Status, ["conclusion"] = Conclusion,
            ["workflow_id"] = Workflow.Id, ["check_suite_id"] = Suite.Id, ["check_suite_node_id"] = Account.Node("CS", Suite.Id), ["url"] = url,
            ["html_url"] = Repository.Web($"actions/runs/{Id}"), ["pull_requests"] = PullView.Brief(Repository, Sha), ["created_at"] = Json.Time(CreatedAt),
            ["updated_at"] = Json.Time(UpdatedAt), ["actor"] = Actor.Simple(), ["run_attempt"] = 1, ["referenced_workflows"] = new JsonArray(),
            ["run_started_at"] = Json.Time(CreatedAt), ["triggering_actor"] = Actor.Simple(), ["jobs_url"] = $"{url}/jobs", ["logs_url"] = $"{url}/logs",
            ["check_suite_url"] = Repository.Api($"check-suites/{Suite.Id}"), ["artifacts_url"] = $"{url}/artifacts", ["cancel_url"] = $"{url}/cancel", ["rerun_url"] = $"{url}/rerun",
            ["previous_attempt_url"] = null, ["workflow_url"] = Repository.Api($"actions/workflows/{Workflow.Id}"),
            ["head_commit"] = CommitView.Simple(Repository.Network.Find(Sha)!), ["repository"] = RepositoryView.Minimal(Repository), ["head_repository"] = RepositoryView.Minimal(Head),
        };
    }
}

/// <summary>One job of a run.</summary>
public sealed class RunJob(long id, WorkflowRun run, JobPlan plan, CheckRun check)
{
    public long Id { get; } = id;

    public JobPlan Plan { get; } = plan;

    internal CheckRun Check { get; } = check;

    public JsonObject View()
    {
        var (repository, done) = (run.Repository, run.Status == "completed");
        var started = run.Status is "queued" or "waiting" ? run.CreatedAt : run.UpdatedAt;
        return new JsonObject
        {
            ["id"] = Id, ["run_id"] = run.Id, ["run_url"] = repository.Api($"actions/runs/{run.Id}"), ["run_attempt"] = 1, ["node_id"] = Account.Node("CR", Id), ["head_sha"] = run.Sha,
            ["url"] = repository.Api($"actions/jobs/{Id}"), ["html_url"] = repository.Web($"actions/runs/{run.Id}/job/{Id}"), ["status"] = run.Status, ["conclusion"] = run.Conclusion,
            ["created_at"] = Json.Time(run.CreatedAt), ["started_at"] = Json.Time(started), ["completed_at"] = done ? Json.Time(run.UpdatedAt) : null, ["name"] = Plan.Name,
            ["steps"] = Json.Array(run.Status is "queued" or "waiting" ? [] : Plan.Steps.Select((s, i) => (JsonNode)new JsonObject
            {
                ["name"] = run.Fill(s), ["status"] = done ? "completed" : "in_progress", ["conclusion"] = run.Conclusion, ["number"] = i + 1, ["started_at"] = Json.Time(started),
                ["completed_at"] = done ? Json.Time(run.UpdatedAt) : null,
            })),
            ["check_run_url"] = repository.Api($"check-runs/{Check.Id}"), ["labels"] = new JsonArray("ubuntu-latest"), ["runner_id"] = 1, ["runner_name"] = "runner-1",
            ["runner_group_id"] = 1, ["runner_group_name"] = "Default", ["workflow_name"] = run.Workflow.Name, ["head_branch"] = run.Branch,
        };
    }
}
