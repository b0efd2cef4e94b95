using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Pulls;

/// <summary>Webhooks about pull requests, and what a push does to them.</summary>
public static class PullEvents
{
    public static void Tell(Pull pull, string action, Account by, params ReadOnlySpan<(string Name, JsonNode? Value)> more)
    {
        var members = new JsonObject { ["number"] = pull.Number, ["pull_request"] = PullView.Full(pull) };
        foreach (var (name, value) in more) members[name] = value;
        pull.Repository.World.Outbox.Publish("pull_request", action, pull.Repository, by, members);
    }

    /// <summary>A branch moved: the pull requests from it have a new head, those into it a new base.</summary>
    public static void HeadMoved(Repository repository, string branch, string? was, Account by)
    {
        var sha = repository.Refs[$"refs/heads/{branch}"];
        foreach (var target in repository.World.Repositories.All.Where(r => r.Network == repository.Network))
        foreach (var pull in target.Pulls.Where(p => p.IsOpen))
        {
            if (pull.Repository == repository && pull.BaseRef == branch) pull.BaseSha = sha;
            if (pull.HeadRepository != repository || pull.HeadRef != branch || pull.HeadSha == sha) continue;
            pull.HeadSha = sha;
            pull.Issue.UpdatedAt = repository.World.Now;
            Tell(pull, "synchronize", by, ("before", was), ("after", sha));
        }
    }
}
