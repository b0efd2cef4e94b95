using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>How commits look in answers and webhooks.</summary>
internal static class CommitView
{
    /// <summary>GitHub's "commit" without files.</summary>
    public static JsonObject Of(Repository repository, Commit commit) => new()
    {
        ["sha"] = commit.Sha, ["node_id"] = Account.Node("C", Math.Abs((long)commit.Sha.GetHashCode(StringComparison.Ordinal))),
        ["commit"] = new JsonObject
        {
            ["author"] = Person(commit), ["committer"] = Person(commit), ["message"] = commit.Message,
            ["tree"] = new JsonObject { ["sha"] = commit.TreeSha, ["url"] = repository.Api($"git/trees/{commit.TreeSha}") },
            ["url"] = repository.Api($"git/commits/{commit.Sha}"), ["comment_count"] = 0,
            ["verification"] = new JsonObject { ["verified"] = false, ["reason"] = "unsigned", ["signature"] = null, ["payload"] = null, ["verified_at"] = null },
        },
        ["url"] = repository.Api($"commits/{commit.Sha}"), ["html_url"] = repository.Web($"commit/{commit.Sha}"),
        ["comments_url"] = repository.Api($"commits/{commit.Sha}/comments"), ["author"] = commit.Author.Simple(), ["committer"] = commit.Author.Simple(),
        ["parents"] = Json.Array(commit.Parents.Select(p => (JsonNode)new JsonObject
        {
            ["sha"] = p, ["url"] = repository.Api($"commits/{p}"), ["html_url"] = repository.Web($"commit/{p}"),
        })),
    };

    /// <summary>With what it changed.</summary>
    public static JsonObject Full(Repository repository, Commit commit)
    {
        var files = Diff(repository, commit.Parents.Count == 0 ? null : repository.Network.Find(commit.Parents[0]), commit);
        var (added, removed) = (files.Sum(f => (int)f!["additions"]!), files.Sum(f => (int)f!["deletions"]!));
        return Of(repository, commit).With(("stats", new JsonObject { ["total"] = added + removed, ["additions"] = added, ["deletions"] = removed }), ("files", files));
    }

    /// <summary>What a push tells of a commit.</summary>
    public static JsonObject InPush(Repository repository, Commit commit)
    {
        var was = commit.Parents.Count == 0 ? null : repository.Network.Find(commit.Parents[0])?.Files;
        var person = new JsonObject { ["name"] = commit.Author.Name ?? commit.Author.Login, ["email"] = Mail(commit), ["username"] = commit.Author.Login };
        return new JsonObject
        {
            ["id"] = commit.Sha, ["tree_id"] = commit.TreeSha, ["distinct"] = true, ["message"] = commit.Message, ["timestamp"] = Json.Time(commit.At),
            ["url"] = repository.Web($"commit/{commit.Sha}"), ["author"] = person, ["committer"] = person.DeepClone(),
            ["added"] = Json.Texts(commit.Files.Keys.Where(p => was?.ContainsKey(p) != true)),
            ["removed"] = Json.Texts((was?.Keys ?? []).Where(p => !commit.Files.ContainsKey(p))),
            ["modified"] = Json.Texts(commit.Files.Where(f => was?.GetValueOrDefault(f.Key) is { } old && old.Sha != f.Value.Sha).Select(f => f.Key)),
        };
    }

    /// <summary>GitHub's "simple commit", which stands in checks and runs.</summary>
    public static JsonObject Simple(Commit commit)
    {
        var person = new JsonObject { ["name"] = commit.Author.Name ?? commit.Author.Login, ["email"] = Mail(commit) };
        return new JsonObject
        {
            ["id"] = commit.Sha, ["tree_id"] = commit.TreeSha, ["message"] = commit.Message, ["timestamp"] = Json.Time(commit.At), ["author"] = person,
            ["committer"] = person.DeepClone(),
        };
    }

    public static JsonArray Diff(Repository repository, Commit? from, Commit to)
    {
        var files = new JsonArray();
        foreach (var path in (from?.Files.Keys ?? []).Union(to.Files.Keys).Order(StringComparer.Ordinal))
        {
            var (was, now) = (from?.Files.GetValueOrDefault(path), to.Files.GetValueOrDefault(path));
            if (was?.Sha == now?.Sha) continue;
            var (added, removed) = (Lines(now), Lines(was));
            var address = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
            files.Add(new JsonObject
            {
                ["sha"] = (now ?? was)!.Sha, ["filename"] = path, ["status"] = was is null ? "added" : now is null ? "removed" : "modified",
                ["additions"] = added, ["deletions"] = removed, ["changes"] = added + removed, ["blob_url"] = repository.Web($"blob/{to.Sha}/{address}"),
                ["raw_url"] = repository.Web($"raw/{to.Sha}/{address}"), ["contents_url"] = repository.Api($"contents/{address}?ref={to.Sha}"),
                ["patch"] = $"@@ -1,{removed} +1,{added} @@",
            });
        }

        return files;
    }

    public static JsonObject Person(Commit commit) => new()
    {
        ["name"] = commit.Author.Name ?? commit.Author.Login, ["email"] = Mail(commit), ["date"] = Json.Time(commit.At),
    };

    private static string Mail(Commit commit) => commit.Author.Email ?? $"{commit.Author.Id}+{commit.Author.Login}@users.noreply.github.example";

    private static int Lines(Blob? blob) => blob is null ? 0 : blob.Bytes.Count(b => b == '\n') + (blob.Bytes.Length > 0 && blob.Bytes[^1] != '\n' ? 1 : 0);
}
