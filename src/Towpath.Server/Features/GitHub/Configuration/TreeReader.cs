using System.Collections.Concurrent;
using Towpath.Core.Applications;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.Configuration;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>
/// Reads the configuration's files at one commit of a repository, within limits. Nothing is followed: a link or a submodule where a file should be is told, and
/// everything else that stands in the repository is not looked at.
/// </summary>
/// <param name="trees">Lists folders.</param>
/// <param name="contents">Reads files.</param>
/// <param name="kept">Files by git's name for their bytes, from the reading before: what did not change is not read again.</param>
/// <param name="spend">Is told how many files are to be read next; where it says no, nothing more is. Null where all are.</param>
internal sealed class TreeReader(TreesApi trees, ContentsApi contents, IReadOnlyDictionary<string, byte[]> kept, Func<int, bool>? spend = null)
{
    /// <summary>Calls that are made before any file is read.</summary>
    public const int FoldersRead = 2;

    private const int MostFiles = 1000;
    private const long LargestFile = 1024 * 1024;
    private const long MostBytes = 32 * 1024 * 1024;
    private const int AtOnce = 4;

    private readonly ConcurrentDictionary<string, byte[]> _read = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly List<SpecError> _problems = [];
    private long _bytes;
    private int _count;

    /// <summary>What was used, by git's name for the bytes.</summary>
    public IReadOnlyDictionary<string, byte[]> Read => _read;

    /// <summary>Not all was read, as it was more than may be.</summary>
    public bool IsCut { get; private set; }

    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    public async Task<FolderReading> ReadAsync(GitHubRepository repository, string commit, CancellationToken cancellationToken)
    {
        var entries = await EntriesAsync(repository, commit, cancellationToken);
        await AddAsync(repository, commit, entries.Where(entry => ConfigurationFolder.IsSpec(entry.Key)), cancellationToken);
        var texts = _files.ToDictionary(file => file.Key, file => ConfigurationText.Of(file.Value) ?? "", StringComparer.Ordinal);
        var brought = ConfigurationFolder.BroughtAlong(texts).Where(path => !_files.ContainsKey(path));
        await AddAsync(repository, commit, brought.Where(entries.ContainsKey).Select(path => KeyValuePair.Create(path, entries[path])), cancellationToken);
        return new FolderReading(_files, _problems);
    }

    /// <summary>What stands in the root and below <c>apps/</c>, by path.</summary>
    private async Task<Dictionary<string, TreeEntry>> EntriesAsync(GitHubRepository repository, string commit, CancellationToken cancellationToken)
    {
        const string apps = "apps";
        var found = new Dictionary<string, TreeEntry>(StringComparer.Ordinal);
        // One that is not there is no empty one: that would take everything away.
        var root = await trees.FindAsync(repository, commit, recursive: false, cancellationToken) ?? throw Gone(repository, commit);
        foreach (var entry in root.Tree) found[entry.Path] = entry;
        if (!found.Remove(apps, out var folder)) return found;
        if (folder.Type != "tree")
        {
            Refuse(apps, $"It is {Words(folder)}, which is not followed. Put the folder itself there.");
            return found;
        }

        var below = await trees.FindAsync(repository, folder.Sha, recursive: true, cancellationToken) ?? throw Gone(repository, commit);
        if (below.Truncated) Refuse(apps, "It holds more than GitHub lists. Keep the configuration in a repository of its own.");
        foreach (var entry in below.Tree) found[ConfigurationFolder.Applications + entry.Path] = entry;
        return found;
    }

    private async Task AddAsync(GitHubRepository repository, string commit, IEnumerable<KeyValuePair<string, TreeEntry>> entries, CancellationToken cancellationToken)
    {
        var wanted = entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Where(entry => IsRight(entry.Key, entry.Value)).ToList();
        if (spend is not null && wanted.Select(entry => entry.Value.Sha).Where(sha => !kept.ContainsKey(sha)).Distinct(StringComparer.Ordinal).Count() is > 0 and var more && !spend(more))
        {
            IsCut = true;
            return;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(wanted.DistinctBy(entry => entry.Value.Sha), options, async (entry, token) => _read[entry.Value.Sha] = await BytesAsync(repository, commit, entry.Key, entry.Value, token));
        foreach (var (path, entry) in wanted) Keep(path, _read[entry.Sha]);
    }

    private async Task<byte[]> BytesAsync(GitHubRepository repository, string commit, string path, TreeEntry entry, CancellationToken cancellationToken)
    {
        if (kept.TryGetValue(entry.Sha, out var known)) return known;
        return await contents.ReadAsync(repository, path, commit, cancellationToken) is { } bytes
            ? bytes.ToArray()
            : throw Gone(repository, commit);
    }

    private static GitHubException Gone(GitHubRepository repository, string commit) =>
        new(new GitHubFailure($"reading the configuration in {repository}", 404, "bad_answer", $"what commit {commit} holds is not there any more"));

    /// <summary>A plain file, and within the limits with all that came before it.</summary>
    private bool IsRight(string path, TreeEntry entry)
    {
        if (entry.Type != "blob" || entry.IsLink) return Refuse(path, $"It is {Words(entry)}, which is not followed. Put the file itself there.");
        if (entry.Size is not { } size || size > LargestFile || _bytes + size > MostBytes) return Refuse(path, $"It is too large: a file may have {LargestFile} bytes, all together {MostBytes}.");
        if (++_count > MostFiles) return Refuse(path, $"There are more than {MostFiles} files. Take some out.");
        _bytes += size;
        return true;
    }

    private void Keep(string path, byte[] bytes)
    {
        if (bytes.LongLength > LargestFile) Refuse(path, $"It is too large: a file may have {LargestFile} bytes.");
        else if (ConfigurationText.Of(bytes) is null) Refuse(path, "It is not UTF-8 text. Save it as UTF-8.");
        else _files[path] = bytes;
    }

    private bool Refuse(string path, string message)
    {
        // Beyond some, another one says nothing new.
        if (_problems.Count < 100) _problems.Add(new SpecError(path, 1, 1, "unreadable", message));
        return false;
    }

    private static string Words(TreeEntry entry) => entry switch
    {
        { IsLink: true } => "a symbolic link",
        { Type: "commit" } => "a submodule",
        { Type: "tree" } => "a folder",
        _ => "no file",
    };
}
