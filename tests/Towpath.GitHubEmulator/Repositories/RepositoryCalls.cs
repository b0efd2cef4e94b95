using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>Repositories, forks, branches and tags.</summary>
internal static class RepositoryCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}", Need.ToRead("metadata"), call => Answer.Ok(RepositoryView.Full(call.Repository)));
        routes.On("GET /repositories/{repository_id}", Need.ToRead("metadata"), call => Answer.Ok(RepositoryView.Full(call.Repository)));
        routes.On("PATCH /repos/{owner}/{repo}", Need.ToWrite("administration"), Update);
        routes.On("POST /repos/{owner}/{repo}/forks", Need.ToRead("metadata"), Fork);
        routes.On("GET /repos/{owner}/{repo}/branches", Need.ToRead("contents"), call => call.Page(Named(call.Repository, "refs/heads/"), b => Branch(call.Repository, b.Name, b.Sha)));
        routes.On("GET /repos/{owner}/{repo}/branches/{branch+}", Need.ToRead("contents"), GetBranch);
        routes.On("GET /repos/{owner}/{repo}/tags", Need.ToRead("metadata"), call => call.Page(Named(call.Repository, "refs/tags/"), t => Tag(call.Repository, t.Name, t.Sha)));
    }

    private static Answer Update(Call call)
    {
        if (call.Input.Text("name") is { } name && name != call.Repository.Name) call.World.Repositories.Rename(call.Repository, name);
        if (call.Input.Flag("private") is { } hidden) call.Repository.IsPrivate = hidden;
        if (call.Input.Text("default_branch") is { } branch) call.Repository.DefaultBranch = branch;
        return Answer.Ok(RepositoryView.Full(call.Repository));
    }

    private static Answer Fork(Call call)
    {
        var fork = call.World.Repositories.Fork(call.Repository, call.Input.Text("organization") ?? call.Actor.Login, call.Input.Text("name"));
        return new Answer(StatusCodes.Status202Accepted, RepositoryView.Full(fork));
    }

    private static List<(string Name, string Sha)> Named(Repository repository, string prefix) =>
        [.. repository.Refs.Where(r => r.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(r => (r.Key[prefix.Length..], r.Value))];

    private static JsonObject Branch(Repository repository, string name, string sha) => new()
    {
        ["name"] = name, ["commit"] = new JsonObject { ["sha"] = sha, ["url"] = repository.Api($"commits/{sha}") }, ["protected"] = repository.ProtectedBranches.Contains(name),
    };

    private static JsonObject Tag(Repository repository, string name, string sha) => new()
    {
        ["name"] = name, ["commit"] = new JsonObject { ["sha"] = sha, ["url"] = repository.Api($"commits/{sha}") },
        ["zipball_url"] = repository.Api($"zipball/refs/tags/{name}"), ["tarball_url"] = repository.Api($"tarball/refs/tags/{name}"),
        ["node_id"] = Account.Node("REF", Math.Abs((long)name.GetHashCode(StringComparison.Ordinal))),
    };

    private static Answer GetBranch(Call call)
    {
        var name = call["branch"];
        if (!call.Repository.Refs.TryGetValue($"refs/heads/{name}", out var sha)) throw new GitHubFault(StatusCodes.Status404NotFound, "Branch not found");
        var self = call.Repository.Api($"branches/{name}");
        return Answer.Ok(Branch(call.Repository, name, sha).With(
            ("commit", CommitView.Of(call.Repository, call.Repository.Needed(sha))), ("_links", new JsonObject { ["self"] = self, ["html"] = call.Repository.Web($"tree/{name}") }),
            ("protection", new JsonObject { ["enabled"] = call.Repository.ProtectedBranches.Contains(name) }), ("protection_url", $"{self}/protection")));
    }
}
