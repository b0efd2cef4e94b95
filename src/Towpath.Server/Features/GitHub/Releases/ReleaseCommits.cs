using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Releases;
using Towpath.Engine.Storage;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.Server.Features.GitHub.Releases;

/// <summary>Which commit a draft is of, and which pull requests it brings.</summary>
public sealed class ReleaseCommits(IStore store, RefsApi refs, CommitsApi commits, PullsApi pulls)
{
    private const int Depth = 20;

    /// <summary>Pull requests that are looked through where nothing was released yet.</summary>
    private const int MostPulls = 1000;

    private const string Identical = "identical";
    private const string Ahead = "ahead";

    /// <summary>
    /// The newest commit of the branch that succeeded where the branch is deployed by itself; where it is deployed nowhere, where the branch stands. Null for none yet.
    /// What was deployed there of a pull request that nobody merged is passed over.
    /// </summary>
    public async Task<string?> CommitAsync(ApplicationSpec application, GitHubRepository repository, string branch, CancellationToken cancellationToken)
    {
        if (application.Environments.FirstOrDefault(e => e.AutoDeploy is { Branch: not null } rule && rule.Includes(branch, null, application.Name)) is not { } first)
            return (await refs.FindAsync(repository, $"refs/heads/{branch}", cancellationToken))?.Object.Sha;
        var filter = new Engine.Storage.DeploymentFilter(application.Name, first.Name, [Phase.Succeeded], Limit: Depth);
        foreach (var deployment in await store.Deployments.ListAsync(filter, cancellationToken))
            if (deployment.Commit.Length > 0 && await IsOnAsync(repository, deployment.Commit, branch, cancellationToken)) return deployment.Commit;
        return null;
    }

    private async Task<bool> IsOnAsync(GitHubRepository repository, string commit, string branch, CancellationToken cancellationToken) =>
        await commits.CompareAsync(repository, commit, branch, cancellationToken) is { Status: Identical or Ahead };

    /// <summary>The pull requests that were merged after the last release and up to the commit.</summary>
    /// <param name="last">The tag of the last release; null where nothing was released.</param>
    public async Task<IReadOnlyList<MergedPull>> PullsAsync(GitHubRepository repository, string? last, string commit, string branch, CancellationToken cancellationToken)
    {
        var brought = last is null ? null : await commits.CompareAsync(repository, last, commit, cancellationToken);
        var wanted = brought?.Commits.Select(c => c.Sha).ToHashSet(StringComparer.Ordinal);
        var later = wanted is not null ? [] : (await commits.CompareAsync(repository, commit, branch, cancellationToken))?.Commits.Select(c => c.Sha).ToHashSet(StringComparer.Ordinal) ?? [];
        var merged = new List<MergedPull>();
        var left = MostPulls;
        if (wanted is { Count: 0 }) return merged;
        await foreach (var pull in pulls.ListAsync(repository, "closed", cancellationToken))
        {
            if (left-- == 0) break;
            if (pull is not { MergedAt: not null, MergeCommitSha: { } sha } || (wanted is null ? later.Contains(sha) || pull.Base.Ref != branch : !wanted.Remove(sha))) continue;
            merged.Add(new MergedPull(pull.Number, pull.Title ?? "", pull.User?.Login ?? "ghost", [.. (pull.Labels ?? []).Select(label => label.Name)]));
            if (wanted is { Count: 0 }) break;
        }

        return merged;
    }
}
