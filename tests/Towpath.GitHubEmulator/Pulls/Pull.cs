using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Pulls;

/// <summary>A pull request.</summary>
public sealed class Pull(long id, Issue issue, Repository headRepository, string headRef, string baseRef)
{
    public long Id { get; } = id;

    /// <summary>Its title, labels, state and comments.</summary>
    public Issue Issue { get; } = issue;

    public Repository Repository => Issue.Repository;

    public long Number => Issue.Number;

    public bool IsOpen => Issue.IsOpen;

    public Repository HeadRepository { get; } = headRepository;

    public string HeadRef { get; } = headRef;

    public string BaseRef { get; set; } = baseRef;

    public required string HeadSha { get; set; }

    public required string BaseSha { get; set; }

    public bool IsDraft { get; set; }

    public DateTimeOffset? MergedAt { get; set; }

    public Account? MergedBy { get; set; }

    public string? MergeCommitSha { get; set; }

    /// <summary>What it would bring, oldest first; once merged, what it brought.</summary>
    public IReadOnlyList<Commit> Commits => Brought ?? Repository.Network.Between(BaseSha, HeadSha);

    internal IReadOnlyList<Commit>? Brought { get; set; }

    /// <summary>The commit of <c>refs/pull/N/merge</c>, which GitHub makes of base and head for the runs of a pull request.</summary>
    public Commit TestMerge()
    {
        lock (Repository.World.Gate)
        {
            var (into, from) = (Repository.Network.Find(BaseSha)!, Repository.Network.Find(HeadSha)!);
            var merge = Repository.Network.Add(new Commit(
                Repository.Network.Merge(into, from) ?? into.Files, [into.Sha, from.Sha], $"Merge {from.Sha} into {into.Sha}", Repository.World.Accounts.User("octocat"), Repository.World.Now));
            Repository.Refs[$"refs/pull/{Number}/merge"] = merge.Sha;
            return merge;
        }
    }
}
