using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Pulls;

namespace Towpath.GitHubEmulator.Issues;

/// <summary>Labels of a repository, of issues and of pull requests.</summary>
internal static class LabelCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/labels", Need.ToRead(Need.Talk), call =>
            call.Page([.. call.Repository.Issues.Labels], l => call.Repository.Issues.LabelView(call.Repository, l)));
        routes.On("POST /repos/{owner}/{repo}/labels", Need.ToWrite(Need.Talk), Define);
        routes.On("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", Need.ToRead(Need.Talk), call => call.Page([.. IssueCalls.Of(call).Labels], l => call.Repository.Issues.LabelView(call.Repository, l)));
        routes.On("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", Need.ToWrite(Need.Talk), call => Change(call, Asked(call), []));
        routes.On("PUT /repos/{owner}/{repo}/issues/{issue_number}/labels", Need.ToWrite(Need.Talk), call => Change(call, Asked(call), [.. IssueCalls.Of(call).Labels.Except(Asked(call))]));
        routes.On("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", Need.ToWrite(Need.Talk), call => Change(call, [], [Existing(call)]));
        routes.On("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels", Need.ToWrite(Need.Talk), call =>
        {
            Change(call, [], [.. IssueCalls.Of(call).Labels]);
            return Answer.NoContent;
        });
    }

    private static Answer Define(Call call)
    {
        var name = call.Input.Required("name", "Label");
        if (!call.Repository.Issues.Define(call.Repository, name, call.Input.Text("color"), call.Input.Text("description"))) throw GitHubFault.Invalid("Label", "name", "already_exists");
        return Answer.Created(call.Repository.Issues.LabelView(call.Repository, name));
    }

    private static string Existing(Call call) =>
        IssueCalls.Of(call).Labels.TryGetValue(call["name"], out var label) ? label : throw new GitHubFault(StatusCodes.Status404NotFound, "Label does not exist");

    /// <summary><c>{"labels": […]}</c>, or the list alone.</summary>
    private static IReadOnlyList<string> Asked(Call call)
    {
        var sent = JsonNode.Parse(call.Body.Span);
        var list = sent as JsonArray ?? (sent as JsonObject)?["labels"] as JsonArray ?? throw GitHubFault.Refused("Invalid request.\n\n\"labels\" wasn't supplied.");
        return [.. list.Select(l => l!.GetValueKind() == JsonValueKind.Object ? (string)l["name"]! : (string)l!)];
    }

    private static Answer Change(Call call, IReadOnlyList<string> added, IReadOnlyList<string> removed)
    {
        var issue = IssueCalls.Of(call);
        foreach (var label in removed)
            if (issue.Labels.Remove(label)) Tell(call, issue, "unlabeled", label);
        foreach (var label in added)
            if (issue.Labels.Add(label)) Tell(call, issue, "labeled", label);
        return Answer.Ok(Json.Array(issue.Labels.Select(l => (JsonNode)call.Repository.Issues.LabelView(call.Repository, l))));
    }

    private static void Tell(Call call, Issue issue, string action, string label)
    {
        issue.UpdatedAt = call.World.Now;
        var view = call.Repository.Issues.LabelView(call.Repository, label);
        if (issue.Pull is { } pull) PullEvents.Tell(pull, action, call.Actor, ("label", view));
        else call.World.Outbox.Publish("issues", action, call.Repository, call.Actor, new JsonObject { ["issue"] = issue.View(), ["label"] = view });
    }
}
