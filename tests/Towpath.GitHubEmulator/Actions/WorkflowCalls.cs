using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Actions;

/// <summary>Workflows and their dispatch. Source: GitHub, "REST API endpoints for workflows".</summary>
internal static class WorkflowCalls
{
    private const string Path = "/repos/{owner}/{repo}/actions/workflows";

    public static void Add(Router routes)
    {
        routes.On($"GET {Path}", Need.ToRead("actions"), call => call.Page("workflows", call.Repository.Workflows, w => w.View()));
        routes.On($"GET {Path}/{{workflow_id}}", Need.ToRead("actions"), call => Answer.Ok(Of(call).View()));
        routes.On($"GET {Path}/{{workflow_id}}/runs", Need.ToRead("actions"), call => RunCalls.List(call, Of(call)));
        routes.On($"POST {Path}/{{workflow_id}}/dispatches", Need.ToWrite("actions"), Dispatch);
    }

    /// <summary>By id, or by the name of its file.</summary>
    private static Workflow Of(Call call) =>
        call.Repository.Workflows.Find(w => w.Id.ToString() == call["workflow_id"] || w.Path.Split('/')[^1] == call["workflow_id"]) ?? throw GitHubFault.NotFound();

    private static Answer Dispatch(Call call)
    {
        var workflow = Of(call);
        var reference = call.Input.Required("ref", "Workflow");
        var full = new[] { reference, $"refs/heads/{reference}", $"refs/tags/{reference}" }.FirstOrDefault(call.Repository.Refs.ContainsKey)
            ?? throw GitHubFault.Refused($"No ref found for: {reference}");
        if (!workflow.CanBeDispatched) throw GitHubFault.Refused("Workflow does not have 'workflow_dispatch' trigger");
        var inputs = InputsOf(call, workflow);
        var run = RunEvents.Start(workflow, full, call.Repository.Refs[full], "workflow_dispatch", call.Actor, inputs);
        // The newer version of the API tells the run unless it is asked not to.
        var tells = call.Input.Flag("return_run_details") ?? call.Http.Request.Headers["X-GitHub-Api-Version"] == "2026-03-10";
        if (!tells) return Answer.NoContent;
        return Answer.Ok(new JsonObject
        {
            ["workflow_run_id"] = run.Id, ["run_url"] = call.Repository.Api($"actions/runs/{run.Id}"), ["html_url"] = call.Repository.Web($"actions/runs/{run.Id}"),
        });
    }

    private static Dictionary<string, string> InputsOf(Call call, Workflow workflow)
    {
        var inputs = (call.Input.Member("inputs") ?? []).ToDictionary(i => i.Key, i => i.Value?.ToString() ?? "", StringComparer.Ordinal);
        var unknown = inputs.Keys.Except(workflow.Inputs.Keys).ToList();
        if (unknown.Count > 0) throw GitHubFault.Refused($"Unexpected inputs provided: {Json.Texts(unknown).ToJsonString()}");
        foreach (var (name, required) in workflow.Inputs)
            if (required && !inputs.ContainsKey(name)) throw GitHubFault.Refused($"Required input '{name}' not provided");
        return inputs;
    }
}
