using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Issues;

/// <summary>Reactions to comments and issues.</summary>
internal static class ReactionCalls
{
    public static void Add(Router routes)
    {
        const string OnComment = "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
        const string OnIssue = "/repos/{owner}/{repo}/issues/{issue_number}/reactions";
        routes.On($"POST {OnComment}", Need.ToWrite(Need.Talk), call => Create(call, CommentCalls.CommentOf(call).Reactions));
        routes.On($"GET {OnComment}", Need.ToRead(Need.Talk), call => List(call, CommentCalls.CommentOf(call).Reactions));
        routes.On($"DELETE {OnComment}/{{reaction_id}}", Need.ToWrite(Need.Talk), call => Delete(call, CommentCalls.CommentOf(call).Reactions));
        routes.On($"POST {OnIssue}", Need.ToWrite(Need.Talk), call => Create(call, IssueCalls.Of(call).Reactions));
        routes.On($"GET {OnIssue}", Need.ToRead(Need.Talk), call => List(call, IssueCalls.Of(call).Reactions));
        routes.On($"DELETE {OnIssue}/{{reaction_id}}", Need.ToWrite(Need.Talk), call => Delete(call, IssueCalls.Of(call).Reactions));
    }

    /// <summary>The same reaction of the same account again is the one that is there.</summary>
    private static Answer Create(Call call, List<Reaction> reactions)
    {
        var content = call.Input.Required("content", "Reaction");
        if (!Reaction.Contents.Contains(content)) throw GitHubFault.Invalid("Reaction", "content", "invalid");
        if (reactions.Find(r => r.User == call.Actor && r.Content == content) is { } there) return Answer.Ok(there.View());
        var reaction = new Reaction(call.World.NextId(), call.Actor, content, call.World.Now);
        reactions.Add(reaction);
        return new Answer(StatusCodes.Status201Created, reaction.View());
    }

    private static Answer List(Call call, List<Reaction> reactions) =>
        call.Page(call.Query("content") is { } content ? reactions.FindAll(r => r.Content == content) : reactions, r => (JsonNode)r.View());

    private static Answer Delete(Call call, List<Reaction> reactions)
    {
        var id = call.Number64("reaction_id");
        return reactions.RemoveAll(r => r.Id == id) > 0 ? Answer.NoContent : throw GitHubFault.NotFound();
    }
}
