using Towpath.Core.Applications;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.Configuration;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>The configuration's files as they stand, and as they would be with a pull request merged.</summary>
/// <param name="Standing">Those of the branch.</param>
/// <param name="Pulled">Null where they are too many to be looked at.</param>
internal sealed record PlannedReading(FolderReading? Standing, FolderReading? Pulled)
{
    public static PlannedReading TooLarge { get; } = new(null, null);
}

/// <summary>Reads the configuration's files with what a pull request changes at its head: of one from a fork only so many, since anybody may open it.</summary>
public sealed class PlannedFiles(PullsApi pulls, TreesApi trees, ContentsApi contents, ForkBudget budget)
{
    /// <summary>The branch's own files, of the last reading: they are not read again for each pull request.</summary>
    private IReadOnlyDictionary<string, byte[]> _kept = new Dictionary<string, byte[]>(StringComparer.Ordinal);

    /// <summary>Null where the pull request changes nothing of the configuration.</summary>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">Forks have had enough read for now.</exception>
    internal async Task<PlannedReading?> ReadAsync(StandingBranch standing, PullRequest pull, CancellationToken cancellationToken)
    {
        var changed = await ChangedAsync(standing.At, pull, cancellationToken);
        if (changed is not null && !changed.Any(IsOurs)) return null;
        if (changed is null || (pull.IsFork && changed.Count(IsOurs) > ForkBudget.MostFiles)) return PlannedReading.TooLarge;
        var reader = new TreeReader(trees, contents, _kept);
        var before = await reader.ReadAsync(standing.At, standing.Commit, cancellationToken);
        _kept = reader.Read;
        var ofHead = new TreeReader(trees, contents, reader.Read, pull.IsFork ? new Spending(budget, standing.At).May : null);
        var head = await ofHead.ReadAsync(standing.At, pull.Head.Sha, cancellationToken);
        return ofHead.IsCut ? PlannedReading.TooLarge : new PlannedReading(before, Merged(before, head, changed));
    }

    /// <summary>Null where a fork's list is longer than is read.</summary>
    private async Task<HashSet<string>?> ChangedAsync(GitHubRepository at, PullRequest pull, CancellationToken cancellationToken)
    {
        if (pull.IsFork) budget.Spend(at, 4);
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var listed = 0;
        await foreach (var file in pulls.FilesAsync(at, pull.Number, cancellationToken))
        {
            if (pull.IsFork && ++listed > ForkBudget.MostListed) return changed.Any(IsOurs) ? null : [];
            changed.Add(file.Filename);
            if (file.PreviousFilename is { } was) changed.Add(was);
        }

        return changed;
    }

    private static bool IsOurs(string path) => ConfigurationFolder.IsSpec(path) || path.StartsWith(ConfigurationFolder.Applications, StringComparison.Ordinal) || path == "apps";

    /// <summary>What the branch got since the pull request left it stays; of the rest, the pull request's word counts.</summary>
    private static FolderReading Merged(FolderReading before, FolderReading head, HashSet<string> changed)
    {
        var files = before.Files.Where(file => !changed.Contains(file.Key)).Concat(head.Files.Where(file => changed.Contains(file.Key) || !before.Files.ContainsKey(file.Key) && !ConfigurationFolder.IsSpec(file.Key)))
            .ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);
        return new FolderReading(files, [.. head.Problems.Where(problem => changed.Contains(problem.File)), .. before.Problems.Where(problem => !changed.Contains(problem.File))]);
    }

    /// <summary>What one reading of a fork may still have read.</summary>
    private sealed class Spending(ForkBudget budget, GitHubRepository at)
    {
        private int _left = ForkBudget.MostFiles;

        public bool May(int files)
        {
            if (files > _left) return false;
            budget.Spend(at, files);
            _left -= files;
            return true;
        }
    }
}
