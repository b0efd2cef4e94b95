using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Deployments;

/// <summary>Deployment statuses, and what a successful one ends. Source: GitHub, "REST API endpoints for deployment statuses".</summary>
internal static class DeploymentStatusCalls
{
    private static readonly string[] States = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];

    public static void Add(Router routes)
    {
        routes.On("POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", Need.ToWrite("deployments"), Create);
        routes.On("GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", Need.ToRead("deployments"), call =>
            call.Page([.. DeploymentCalls.Of(call).Statuses.AsEnumerable().Reverse()], s => s.View()));
        routes.On("GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses/{status_id}", Need.ToRead("deployments"), Get);
    }

    private static Answer Get(Call call)
    {
        var id = call.Number64("status_id");
        return Answer.Ok((DeploymentCalls.Of(call).Statuses.Find(s => s.Id == id) ?? throw GitHubFault.NotFound()).View());
    }

    private static Answer Create(Call call)
    {
        var (deployment, input) = (DeploymentCalls.Of(call), call.Input);
        var state = input.Required("state", "DeploymentStatus");
        if (!States.Contains(state)) throw GitHubFault.Invalid("DeploymentStatus", "state", "custom", "state is not included in the list");
        if (input.Text("description") is { Length: > 140 }) throw GitHubFault.Invalid("DeploymentStatus", "description", "custom", "description is too long (maximum is 140 characters)");
        deployment.Environment = input.Text("environment") is { Length: > 0 } environment ? environment : deployment.Environment;
        var status = new DeploymentStatus(
            call.World.NextId(), deployment, state, input.Text("description") ?? "", deployment.Environment, input.Text("log_url") ?? input.Text("target_url") ?? "",
            input.Text("environment_url") ?? "", call.Actor, DeploymentCalls.AppOf(call), call.World.Now);
        Add(status, input.Flag("auto_inactive") ?? true);
        return Answer.Created(status.View());
    }

    /// <summary>Takes a status of any origin. Nobody is told of <c>inactive</c>.</summary>
    internal static void Add(DeploymentStatus status, bool autoInactive)
    {
        var (deployment, repository) = (status.Deployment, status.Deployment.Repository);
        deployment.Statuses.Add(status);
        foreach (var earlier in repository.Deployments.Note(deployment, status.State, autoInactive))
            earlier.Statuses.Add(status with { Id = repository.World.NextId(), Deployment = earlier, State = "inactive", Description = "", LogUrl = "", EnvironmentUrl = "" });
        if (status.State == "inactive") return;
        repository.World.Outbox.Publish("deployment_status", "created", repository, status.Creator, new JsonObject
        {
            ["deployment_status"] = status.View(), ["deployment"] = deployment.View(), ["check_run"] = null, ["workflow"] = null, ["workflow_run"] = null,
        });
    }
}

/// <summary>Whoever listens to deployments and does the work, scripted.</summary>
public static class DeploymentListener
{
    /// <summary>Posts a status as somebody else than the app under test.</summary>
    public static DeploymentStatus Post(Deployment deployment, string state, string? login = null, App? app = null, string description = "", string environmentUrl = "")
    {
        var world = deployment.Repository.World;
        lock (world.Gate)
        {
            Account creator = app?.Bot ?? world.Accounts.User(login ?? "deployer");
            var status = new DeploymentStatus(world.NextId(), deployment, state, description, deployment.Environment, "", environmentUrl, creator, app, world.Now);
            DeploymentStatusCalls.Add(status, autoInactive: true);
            return status;
        }
    }
}
