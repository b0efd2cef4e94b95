using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>Folders by their hash. Source: GitHub, "REST API endpoints for Git trees".</summary>
internal static class TreeCalls
{
    public static void Add(Router routes) => routes.On("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", Need.ToRead("contents"), Get);

    private static Answer Get(Call call)
    {
        var sha = call["tree_sha"];
        var (commit, prefix) = call.Repository.Resolve(sha) is { } own ? (own, "") : Find(call.Repository, sha);
        var isRecursive = call.Query("recursive") is { Length: > 0 };
        var entries = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var (path, blob) in commit.Files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var below = path[prefix.Length..];
            for (var slash = below.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = below.IndexOf('/', slash + 1))
            {
                entries.TryAdd(below[..slash], Entry(call.Repository, below[..slash], "040000", "tree", Hash(commit, $"{prefix}{below[..slash]}/")));
                if (!isRecursive) break;
            }

            if (isRecursive || !below.Contains('/', StringComparison.Ordinal)) entries.TryAdd(below, File(call.Repository, below, blob));
        }

        var (self, most) = (Hash(commit, prefix), call.World.Script.MostTreeEntries);
        return Answer.Ok(new JsonObject { ["sha"] = self, ["url"] = call.Repository.Api($"git/trees/{self}"), ["tree"] = Json.Array(entries.Values.Take(most)), ["truncated"] = entries.Count > most });
    }

    private static (Commit Commit, string Prefix) Find(Repository repository, string sha)
    {
        foreach (var commit in repository.Network.All)
            foreach (var prefix in commit.Files.Keys.SelectMany(Folders).Distinct(StringComparer.Ordinal).Prepend(""))
                if (Hash(commit, prefix) == sha) return (commit, prefix);
        throw GitHubFault.NotFound();
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1)) yield return path[..(slash + 1)];
    }

    private static string Hash(Commit commit, string prefix) => prefix.Length == 0
        ? commit.TreeSha
        : Commit.Hash("tree", string.Concat(commit.Files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(f => $"{f.Key[prefix.Length..]}\0{f.Value.Mode}\0{f.Value.Sha}\n")));

    private static JsonObject File(Repository repository, string path, Blob blob)
    {
        var isSubmodule = blob.Mode == "160000";
        var entry = Entry(repository, path, blob.Mode, isSubmodule ? "commit" : "blob", blob.Sha);
        if (!isSubmodule) entry["size"] = blob.Bytes.Length;
        return entry;
    }

    private static JsonObject Entry(Repository repository, string path, string mode, string type, string sha) =>
        new() { ["path"] = path, ["mode"] = mode, ["type"] = type, ["sha"] = sha, ["url"] = repository.Api($"git/{(type == "tree" ? "trees" : "blobs")}/{sha}") };
}
