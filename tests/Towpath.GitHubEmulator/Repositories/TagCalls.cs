using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>Annotated tags; a ref is what makes a tag of one. Source: GitHub, "REST API endpoints for Git tags".</summary>
internal static class TagCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/git/tags/{tag_sha}", Need.ToRead("contents"), call =>
            Answer.Ok((call.Repository.TagObjects.GetValueOrDefault(call["tag_sha"]) ?? throw GitHubFault.NotFound()).View()));
        routes.On("POST /repos/{owner}/{repo}/git/tags", Need.ToWrite("contents"), Create);
    }

    private static Answer Create(Call call)
    {
        var (name, message, named) = (call.Input.Required("tag", "Tag"), call.Input.Required("message", "Tag"), call.Input.Required("object", "Tag"));
        if (call.Input.Required("type", "Tag") != "commit" || call.Repository.Network.Find(named) is not { } commit) throw GitHubFault.Refused("Object does not exist");
        var tag = new TagObject(call.Repository, name, commit.Sha, message, call.Actor, call.World.Now);
        call.Repository.TagObjects[tag.Sha] = tag;
        return Answer.Created(tag.View());
    }
}
