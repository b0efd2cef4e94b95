using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Deployments;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Issues;

/// <summary>Comments on issues and pull requests.</summary>
internal static class CommentCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", Need.ToRead(Need.Talk), call => Answer.Ok(CommentOf(call).View()));
        routes.On("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", Need.ToWrite(Need.Talk), Update);
        routes.On("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", Need.ToWrite(Need.Talk), Delete);
        routes.On("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", Need.ToRead(Need.Talk), call => call.Page(IssueCalls.Of(call).Comments, c => c.View()));
        routes.On("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", Need.ToWrite(Need.Talk), Create);
    }

    internal static Comment CommentOf(Call call) => call.Repository.Issues.FindComment(call.Number64("comment_id")) ?? throw GitHubFault.NotFound();

    private static Answer Create(Call call)
    {
        var body = BodyOf(call);
        var comment = call.Repository.Issues.Add(new Comment(call.World.NextId(), IssueCalls.Of(call), call.Actor, DeploymentCalls.AppOf(call)) { Body = body });
        Tell(comment, "created", call.Actor);
        return Answer.Created(comment.View());
    }

    private static Answer Update(Call call)
    {
        var comment = Mine(call);
        var was = comment.Body;
        (comment.Body, comment.UpdatedAt) = (BodyOf(call), call.World.Now);
        Tell(comment, "edited", call.Actor, new JsonObject { ["body"] = new JsonObject { ["from"] = was } });
        return Answer.Ok(comment.View());
    }

    private static Answer Delete(Call call)
    {
        var comment = Mine(call);
        call.Repository.Issues.Remove(comment);
        Tell(comment, "deleted", call.Actor);
        return Answer.NoContent;
    }

    /// <summary>An app changes only what it wrote; people who may write change everything.</summary>
    private static Comment Mine(Call call)
    {
        var comment = CommentOf(call);
        var may = comment.Author == call.Actor || (call.Caller is Caller.Person person && call.Repository.RoleOf(person.User) >= Role.Write);
        return may ? comment : throw GitHubFault.NotForIntegrations();
    }

    private static string BodyOf(Call call)
    {
        var body = call.Input.Text("body");
        if (string.IsNullOrWhiteSpace(body)) throw GitHubFault.Invalid("IssueComment", "body", "missing_field", "body cannot be blank");
        return body.Length > 65536 ? throw GitHubFault.Invalid("IssueComment", "body", "custom", "body is too long (maximum is 65536 characters)") : body;
    }

    private static void Tell(Comment comment, string action, Account by, JsonObject? changes = null)
    {
        var members = new JsonObject { ["issue"] = comment.Issue.View(), ["comment"] = comment.View() };
        if (changes is not null) members["changes"] = changes;
        comment.Issue.Repository.World.Outbox.Publish("issue_comment", action, comment.Issue.Repository, by, members);
    }
}
