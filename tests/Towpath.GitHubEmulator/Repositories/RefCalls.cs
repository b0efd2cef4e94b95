using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>Git refs. Source: GitHub, "REST API endpoints for Git references".</summary>
internal static class RefCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/git/ref/{ref+}", Need.ToRead("contents"), call => Answer.Ok(View(call.Repository, Existing(call, StatusCodes.Status404NotFound, "Not Found"))));
        routes.On("GET /repos/{owner}/{repo}/git/matching-refs/{ref+}", Need.ToRead("contents"), call =>
            call.Page([.. call.Repository.Refs.Keys.Where(r => r.StartsWith($"refs/{call["ref"]}", StringComparison.Ordinal))], r => View(call.Repository, r)));
        routes.On("POST /repos/{owner}/{repo}/git/refs", Need.ToWrite("contents"), Create);
        routes.On("PATCH /repos/{owner}/{repo}/git/refs/{ref+}", Need.ToWrite("contents"), Update);
        routes.On("DELETE /repos/{owner}/{repo}/git/refs/{ref+}", Need.ToWrite("contents"), Delete);
    }

    private static JsonObject View(Repository repository, string name) => new()
    {
        ["ref"] = name, ["node_id"] = Account.Node("REF", Math.Abs((long)name.GetHashCode(StringComparison.Ordinal))), ["url"] = repository.Api($"git/{name}"),
        ["object"] = repository.Annotated.TryGetValue(name, out var tag)
            ? new JsonObject { ["sha"] = tag.Sha, ["type"] = "tag", ["url"] = repository.Api($"git/tags/{tag.Sha}") }
            : new JsonObject { ["sha"] = repository.Refs[name], ["type"] = "commit", ["url"] = repository.Api($"git/commits/{repository.Refs[name]}") },
    };

    private static string Existing(Call call, int status, string message)
    {
        var name = $"refs/{call["ref"]}";
        return call.Repository.Refs.ContainsKey(name) ? name : throw new GitHubFault(status, message);
    }

    private static Answer Create(Call call)
    {
        var name = call.Input.Required("ref", "Reference");
        var sha = call.Input.Required("sha", "Reference");
        if (!name.StartsWith("refs/", StringComparison.Ordinal) || name.Count(c => c == '/') < 2) throw GitHubFault.Refused("Reference name must start with 'refs/' and contain at least two slashes.");
        if (call.Repository.Refs.ContainsKey(name)) throw GitHubFault.Refused("Reference already exists");
        if (call.Repository.TagObjects.TryGetValue(sha, out var tag))
        {
            RefEvents.Annotate(call.Repository, name, tag, call.Actor);
            return Answer.Created(View(call.Repository, name));
        }

        if (sha.Length != 40 || call.Repository.Resolve(sha) is null) throw GitHubFault.Refused("Object does not exist");
        RefEvents.Move(call.Repository, name, sha, call.Actor);
        return Answer.Created(View(call.Repository, name));
    }

    private static Answer Update(Call call)
    {
        var name = Existing(call, StatusCodes.Status422UnprocessableEntity, "Reference does not exist");
        var sha = call.Input.Required("sha", "Reference");
        if (call.Repository.Resolve(sha) is null) throw GitHubFault.Refused("Object does not exist");
        if (call.Input.Flag("force") != true && !call.Repository.Network.IsAncestor(call.Repository.Refs[name], sha)) throw GitHubFault.Refused("Update is not a fast forward");
        RefEvents.Move(call.Repository, name, sha, call.Actor);
        return Answer.Ok(View(call.Repository, name));
    }

    private static Answer Delete(Call call)
    {
        RefEvents.Move(call.Repository, Existing(call, StatusCodes.Status422UnprocessableEntity, "Reference does not exist"), null, call.Actor);
        return Answer.NoContent;
    }
}
