using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Deployments;

/// <summary>Brings a branch up to the default branch before it is deployed: then nothing is created, and the answer is 202.</summary>
internal static class AutoMerge
{
    /// <summary>Null where there is nothing to merge.</summary>
    public static Answer? Try(Repository repository, string reference, Commit head, Account actor)
    {
        var branch = reference.StartsWith("refs/heads/", StringComparison.Ordinal) ? reference : $"refs/heads/{reference}";
        if (!repository.Refs.ContainsKey(branch) || branch == $"refs/heads/{repository.DefaultBranch}") return null;
        if (repository.Resolve($"refs/heads/{repository.DefaultBranch}") is not { } main || repository.Network.IsAncestor(main.Sha, head.Sha)) return null;
        var files = repository.Network.Merge(head, main)
            ?? throw new GitHubFault(StatusCodes.Status409Conflict, $"Conflict merging {repository.DefaultBranch} into {reference}.");
        var merged = repository.Network.Add(new Commit(
            files, [head.Sha, main.Sha], $"Auto-merged {repository.DefaultBranch} into {reference} on deployment.", repository.World.Accounts.User("web-flow"), repository.World.Now));
        RefEvents.Move(repository, branch, merged.Sha, actor);
        return new Answer(StatusCodes.Status202Accepted, new JsonObject { ["message"] = $"Auto-merged {repository.DefaultBranch} into {reference} on deployment." });
    }
}
