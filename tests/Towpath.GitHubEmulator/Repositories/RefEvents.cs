using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Pulls;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>Moves refs, and tells what a push tells.</summary>
public static class RefEvents
{
    private const string Nothing = "0000000000000000000000000000000000000000";

    /// <summary>Creates or moves a ref; a null commit deletes it.</summary>
    public static void Move(Repository repository, string reference, string? sha, Account actor)
    {
        lock (repository.World.Gate)
        {
            var was = repository.Refs.GetValueOrDefault(reference);
            if (was == sha && !repository.Annotated.ContainsKey(reference)) return;
            repository.Annotated.Remove(reference);
            if (sha is null) repository.Refs.Remove(reference);
            else repository.Refs[reference] = sha;
            repository.PushedAt = repository.World.Now;
            Tell(repository, reference, was, sha, actor);
            if (sha is not null && reference.StartsWith("refs/heads/", StringComparison.Ordinal)) PullEvents.HeadMoved(repository, reference["refs/heads/".Length..], was, actor);
        }
    }

    /// <summary>Lets a ref stand for an annotated tag. What a push tells as <c>after</c> is that object; the commit is its head commit.</summary>
    public static void Annotate(Repository repository, string reference, TagObject tag, Account actor)
    {
        lock (repository.World.Gate)
        {
            var was = repository.Refs.GetValueOrDefault(reference);
            repository.TagObjects[tag.Sha] = repository.Annotated[reference] = tag;
            repository.Refs[reference] = tag.Commit;
            repository.PushedAt = repository.World.Now;
            Tell(repository, reference, was, tag.Commit, actor);
        }
    }

    /// <summary>One push of several tags. GitHub tells nothing of more than three.</summary>
    public static void PushTags(Repository repository, IReadOnlyList<string> tags, string sha, Account actor)
    {
        lock (repository.World.Gate)
        {
            foreach (var tag in tags)
            {
                repository.Refs[$"refs/tags/{tag}"] = sha;
                if (tags.Count <= 3) Tell(repository, $"refs/tags/{tag}", null, sha, actor);
            }
        }
    }

    private static void Tell(Repository repository, string reference, string? was, string? sha, Account actor)
    {
        var kind = reference.StartsWith("refs/tags/", StringComparison.Ordinal) ? "tag" : "branch";
        var name = reference[(kind == "tag" ? "refs/tags/".Length : "refs/heads/".Length)..];
        if (was is null || sha is null)
        {
            var change = new JsonObject { ["ref"] = name, ["ref_type"] = kind, ["pusher_type"] = actor.Type == "Bot" ? "deploy_key" : "user" };
            if (sha is not null) change.With(("master_branch", repository.DefaultBranch), ("description", null));
            repository.World.Outbox.Publish(sha is null ? "delete" : "create", null, repository, actor, change);
        }

        repository.World.Outbox.Publish("push", null, repository, actor, Push(repository, reference, was, sha, actor));
    }

    private static JsonObject Push(Repository repository, string reference, string? was, string? sha, Account actor)
    {
        var head = sha is null ? null : repository.Network.Find(sha);
        IReadOnlyList<Commit> commits = head is null ? [] : was is null ? (reference.StartsWith("refs/tags/", StringComparison.Ordinal) ? [] : [head]) : repository.Network.Between(was, head.Sha);
        return new JsonObject
        {
            ["ref"] = reference, ["before"] = was ?? Nothing, ["after"] = sha is null ? Nothing : repository.Annotated.GetValueOrDefault(reference)?.Sha ?? sha, ["base_ref"] = null, ["created"] = was is null, ["deleted"] = sha is null,
            ["forced"] = was is not null && sha is not null && !repository.Network.IsAncestor(was, sha),
            ["compare"] = repository.Web($"compare/{(was ?? Nothing)[..12]}...{(sha ?? Nothing)[..12]}"),
            ["commits"] = Json.Array(commits.Select(c => (JsonNode)CommitView.InPush(repository, c))),
            ["head_commit"] = head is null ? null : CommitView.InPush(repository, head),
            ["pusher"] = new JsonObject { ["name"] = actor.Login, ["email"] = $"{actor.Login}@users.noreply.github.example" },
        };
    }
}
