using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Deployments;
using Towpath.GitHubEmulator.Environments;

namespace Towpath.GitHubEmulator.Actions;

/// <summary>What an environment's protection rules still want of a run.</summary>
public sealed class RunGate(WorkflowRun run, DeployEnvironment environment, Deployment deployment)
{
    public const int MostReports = 10;

    public DeployEnvironment Environment { get; } = environment;

    public Deployment Deployment { get; } = deployment;

    /// <summary>Apps that have not answered.</summary>
    public HashSet<App> Asked { get; } = [.. environment.CustomRules.Select(r => r.App)];

    public bool WantsReview { get; set; } = environment.Reviewers.Count > 0;

    public DateTimeOffset? WaitsUntil { get; set; } = environment.WaitTimer > 0 ? run.Repository.World.Now.AddMinutes(environment.WaitTimer) : null;

    public bool IsRejected { get; set; }

    /// <summary>What apps said without deciding, and with their decisions.</summary>
    public List<(App App, string? State, string Comment)> Said { get; } = [];

    public bool IsOpen => !IsRejected && Asked.Count == 0 && !WantsReview && !(WaitsUntil > run.Repository.World.Now);

    public JsonObject View(bool mayApprove) => new()
    {
        ["environment"] = new JsonObject
        {
            ["id"] = Environment.Id, ["node_id"] = Accounts.Account.Node("EN", Environment.Id), ["name"] = Environment.Name, ["url"] = Environment.Api, ["html_url"] = Environment.Web,
        },
        ["wait_timer"] = Environment.WaitTimer, ["wait_timer_started_at"] = Environment.WaitTimer > 0 ? Json.Time(run.CreatedAt) : null, ["current_user_can_approve"] = mayApprove,
        ["reviewers"] = Environment.ReviewersView(),
    };
}
