using System.Collections.Immutable;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Pulls;

/// <summary>A pull request.</summary>
public sealed class Pull(long id, Issue issue, Repository headRepository, string headRef, string baseRef)
{
    /// <summary>The test merge of this base and head; no commit where they conflict.</summary>
    private (string Base, string Head, Commit? Merge)? _tried;

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
            var merge = Tried() ?? Add(Repository.Network.Find(BaseSha)!.Files);
            Repository.Refs[$"refs/pull/{Number}/merge"] = merge.Sha;
            return merge;
        }
    }

    /// <summary>What GitHub tells as <c>merge_commit_sha</c>: while it is open, a test merge of base and head as they are now, where they do not conflict; afterwards what it was merged by.</summary>
    internal string? ShownMergeCommit => MergeCommitSha ?? (IsOpen ? Tried()?.Sha : null);

    private Commit? Tried()
    {
        lock (Repository.World.Gate)
        {
            if (_tried is not { } tried || tried.Base != BaseSha || tried.Head != HeadSha)
            {
                var files = Repository.Network.Merge(Repository.Network.Find(BaseSha)!, Repository.Network.Find(HeadSha)!);
                _tried = tried = (BaseSha, HeadSha, files is null ? null : Add(files));
            }

            return tried.Merge;
        }
    }

    private Commit Add(ImmutableSortedDictionary<string, Blob> files) => Repository.Network.Add(new Commit(
        files, [BaseSha, HeadSha], $"Merge {HeadSha} into {BaseSha}", Repository.World.Accounts.User("octocat"), Repository.World.Now));
}
