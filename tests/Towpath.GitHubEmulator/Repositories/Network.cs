using System.Collections.Immutable;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>The commits that a repository and its forks share.</summary>
public sealed class Network
{
    private readonly Dictionary<string, Commit> _commits = new(StringComparer.Ordinal);

    public Commit? Find(string sha) =>
        _commits.TryGetValue(sha, out var commit) ? commit
        : sha.Length is >= 7 and < 40 ? _commits.Values.FirstOrDefault(c => c.Sha.StartsWith(sha, StringComparison.Ordinal)) : null;

    public IEnumerable<Commit> All => _commits.Values;

    public Commit Add(Commit commit) => _commits[commit.Sha] = commit;

    /// <summary>A commit and all before it, newest first.</summary>
    public IReadOnlyList<Commit> History(string sha)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { sha };
        var queue = new Queue<string>([sha]);
        var found = new List<Commit>();
        while (queue.TryDequeue(out var next))
        {
            if (!_commits.TryGetValue(next, out var commit)) continue;
            found.Add(commit);
            foreach (var parent in commit.Parents)
                if (seen.Add(parent)) queue.Enqueue(parent);
        }

        return found;
    }

    public bool IsAncestor(string ancestor, string of) => ancestor == of || History(of).Any(c => c.Sha == ancestor);

    /// <summary>What <paramref name="head"/> has beside <paramref name="base"/>, oldest first.</summary>
    public IReadOnlyList<Commit> Between(string @base, string head)
    {
        var known = History(@base).Select(c => c.Sha).ToHashSet();
        return [.. History(head).Where(c => !known.Contains(c.Sha)).Reverse()];
    }

    public Commit? MergeBase(string one, string other)
    {
        var known = History(one).Select(c => c.Sha).ToHashSet();
        return History(other).FirstOrDefault(c => known.Contains(c.Sha));
    }

    /// <summary>The files of both; null where both changed the same one differently.</summary>
    public ImmutableSortedDictionary<string, Blob>? Merge(Commit into, Commit from)
    {
        var common = MergeBase(into.Sha, from.Sha)?.Files ?? ImmutableSortedDictionary.Create<string, Blob>(StringComparer.Ordinal);
        var merged = into.Files;
        foreach (var path in common.Keys.Union(from.Files.Keys))
        {
            var (was, ours, theirs) = (common.GetValueOrDefault(path)?.Sha, into.Files.GetValueOrDefault(path)?.Sha, from.Files.GetValueOrDefault(path)?.Sha);
            if (theirs == was || theirs == ours) continue;
            if (ours != was) return null;
            merged = theirs is null ? merged.Remove(path) : merged.SetItem(path, from.Files[path]);
        }

        return merged;
    }
}
