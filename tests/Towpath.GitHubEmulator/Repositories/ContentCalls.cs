using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>Files of a ref. Source: GitHub, "REST API endpoints for repository contents".</summary>
internal static class ContentCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/contents", Need.ToRead("contents"), call => Get(call, ""));
        routes.On("GET /repos/{owner}/{repo}/contents/{path+}", Need.ToRead("contents"), call => Get(call, call["path"]));
        routes.On("PUT /repos/{owner}/{repo}/contents/{path+}", Need.ToWrite("contents"), Put);
        routes.On("DELETE /repos/{owner}/{repo}/contents/{path+}", Need.ToWrite("contents"), Delete);
    }

    private static Answer Get(Call call, string path)
    {
        var reference = call.Query("ref") is { Length: > 0 } asked ? asked : call.Repository.DefaultBranch;
        var commit = call.Repository.Resolve(reference) ?? throw new GitHubFault(StatusCodes.Status404NotFound, $"No commit found for the ref {reference}");
        if (commit.Files.TryGetValue(path, out var blob)) return File(call, path, blob, reference);
        var prefix = path.Length == 0 ? "" : $"{path}/";
        var entries = commit.Files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal))
            .GroupBy(f => f.Key[prefix.Length..].Split('/')[0], StringComparer.Ordinal)
            .Select(g => g.First() is var first && first.Key == prefix + g.Key
                ? Entry(call.Repository, first.Key, first.Value, reference)
                : Folder(call.Repository, prefix + g.Key, reference)).ToList();
        return entries.Count == 0 && path.Length > 0 ? throw GitHubFault.NotFound() : Answer.Ok(Json.Array(entries));
    }

    private static Answer File(Call call, string path, Blob blob, string reference)
    {
        if (call.Http.Request.Headers.Accept.Any(a => a?.Contains("raw", StringComparison.Ordinal) == true))
            return new Answer(200) { Text = blob.Text, ContentType = "application/vnd.github.raw+json; charset=utf-8" };
        return Answer.Ok(Entry(call.Repository, path, blob, reference).With(("encoding", "base64"), ("content", Lines(Convert.ToBase64String(blob.Bytes)))));
    }

    /// <summary>GitHub breaks base64 after 60 characters.</summary>
    private static string Lines(string base64) => string.Concat(base64.Chunk(60).Select(line => $"{new string(line)}\n"));

    private static JsonObject Entry(Repository repository, string path, Blob blob, string reference) =>
        Node(repository, path, "file", blob.Sha, reference, blob.Bytes.Length).With(("download_url", repository.Web($"raw/{reference}/{Escaped(path)}")));

    private static JsonObject Folder(Repository repository, string path, string reference) =>
        Node(repository, path, "dir", Commit.Hash("tree", path), reference, 0).With(("download_url", null));

    private static JsonObject Node(Repository repository, string path, string type, string sha, string reference, int size)
    {
        var self = repository.Api($"contents/{Escaped(path)}?ref={Uri.EscapeDataString(reference)}");
        var git = repository.Api($"git/{(type == "file" ? "blobs" : "trees")}/{sha}");
        var page = repository.Web($"{(type == "file" ? "blob" : "tree")}/{reference}/{Escaped(path)}");
        return new JsonObject
        {
            ["name"] = path.Split('/')[^1], ["path"] = path, ["sha"] = sha, ["size"] = size, ["url"] = self, ["html_url"] = page, ["git_url"] = git,
            ["type"] = type, ["_links"] = new JsonObject { ["self"] = self, ["git"] = git, ["html"] = page },
        };
    }

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static Answer Put(Call call)
    {
        var content = Decoded(call.Input.Text("content") ?? throw GitHubFault.Refused("Invalid request.\n\n\"content\" wasn't supplied."));
        var (branch, head) = HeadOf(call);
        var existing = CheckSha(call, head, mustExist: false);
        var commit = Write(call, branch, head, new Blob(content));
        return new Answer(existing is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, new JsonObject
        {
            ["content"] = Entry(call.Repository, call["path"], commit.Files[call["path"]], branch), ["commit"] = FileCommit(call.Repository, commit),
        });
    }

    private static Answer Delete(Call call)
    {
        var (branch, head) = HeadOf(call);
        CheckSha(call, head, mustExist: true);
        return Answer.Ok(new JsonObject { ["content"] = null, ["commit"] = FileCommit(call.Repository, Write(call, branch, head, null)) });
    }

    private static (string Branch, Commit? Head) HeadOf(Call call)
    {
        var branch = call.Input.Text("branch") ?? call.Repository.DefaultBranch;
        var head = call.Repository.Resolve($"refs/heads/{branch}");
        if (head is null && call.Repository.Refs.Count > 0) throw new GitHubFault(StatusCodes.Status404NotFound, $"Branch {branch} not found");
        return (branch, head);
    }

    private static Blob? CheckSha(Call call, Commit? head, bool mustExist)
    {
        var existing = head?.Files.GetValueOrDefault(call["path"]);
        if (existing is null) return mustExist ? throw GitHubFault.NotFound() : null;
        var sha = call.Input.Text("sha") ?? throw GitHubFault.Refused("Invalid request.\n\n\"sha\" wasn't supplied.");
        return sha == existing.Sha ? existing : throw new GitHubFault(StatusCodes.Status409Conflict, $"{call["path"]} does not match {sha}");
    }

    private static Commit Write(Call call, string branch, Commit? head, Blob? content)
    {
        var author = call.Actor as User ?? throw GitHubFault.NotForIntegrations();
        var commit = call.Repository.Write(head, [(call["path"], content)], call.Input.Required("message", "Content"), author);
        RefEvents.Move(call.Repository, $"refs/heads/{branch}", commit.Sha, author);
        return commit;
    }

    private static JsonObject FileCommit(Repository repository, Commit commit)
    {
        var view = CommitView.Of(repository, commit);
        var inner = (JsonObject)view["commit"]!.DeepClone();
        inner.Remove("comment_count");
        return inner.With(
            ("sha", commit.Sha), ("node_id", view["node_id"]!.DeepClone()), ("url", repository.Api($"git/commits/{commit.Sha}")), ("html_url", view["html_url"]!.DeepClone()),
            ("parents", view["parents"]!.DeepClone()));
    }

    private static byte[] Decoded(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw GitHubFault.Refused("content is not valid Base64");
        }
    }
}
