using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Issues;

/// <summary>Issues as far as pull requests are some.</summary>
internal static class IssueCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/issues", Need.ToRead(Need.Talk), List);
        routes.On("POST /repos/{owner}/{repo}/issues", Need.ToWrite("issues"), Create);
        routes.On("GET /repos/{owner}/{repo}/issues/{issue_number}", Need.ToRead(Need.Talk), call => Answer.Ok(Of(call).View()));
    }

    internal static Issue Of(Call call) => call.Repository.Issues.Find(call.Number64("issue_number")) ?? throw GitHubFault.NotFound();

    private static Answer List(Call call)
    {
        var state = call.Query("state") ?? "open";
        return call.Page([.. call.Repository.Issues.All.Reverse().Where(i => state == "all" || i.IsOpen == (state == "open"))], i => i.View());
    }

    private static Answer Create(Call call)
    {
        var issue = new Issue(call.World.NextId(), call.Repository, call.Repository.NextNumber(), call.Actor)
        {
            Title = call.Input.Required("title", "Issue"), Body = call.Input.Text("body"),
        };
        foreach (var label in call.Input.Texts("labels") ?? []) issue.Labels.Add(label);
        call.Repository.Issues.Add(issue);
        call.World.Outbox.Publish("issues", "opened", call.Repository, call.Actor, new JsonObject { ["issue"] = issue.View() });
        return Answer.Created(issue.View());
    }
}
