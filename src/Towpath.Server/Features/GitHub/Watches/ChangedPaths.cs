using System.Collections.Concurrent;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>
/// Whether what came between two commits concerns an application that is only a part of its repository. What a push itself lists is not asked: it may be cut short, may never
/// have been told, and says nothing of the pushes before it. So GitHub compares, and where it cannot, or does not list every file, the change counts as one.
/// </summary>
public sealed class ChangedPaths(GitHubRepositories repositories, CommitsApi commits)
{
    /// <summary>GitHub lists no more files of a comparison.</summary>
    private const int MostFiles = 300;

    private const int MostRemembered = 256;

    /// <summary>Commits do not change, and so neither does what lies between them. Null where it is not known in full.</summary>
    private readonly ConcurrentDictionary<(long Repository, string From, string To), IReadOnlyList<string>?> _known = new();

    /// <param name="application">With paths.</param>
    /// <param name="repositoryId">Its repository.</param>
    /// <param name="from">The commit that it was last asked to deploy.</param>
    /// <param name="to">The later one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">It would have to wait too long for its limit.</exception>
    public async Task<bool> MayConcernAsync(ApplicationSpec application, long repositoryId, string from, string to, CancellationToken cancellationToken) =>
        string.Equals(from, to, StringComparison.Ordinal)
        || await FilesAsync((repositoryId, from, to), cancellationToken) is not { } files
        || files.Any(file => AnchoredPattern.IsMatchAny(application.Paths, file));

    private async Task<IReadOnlyList<string>?> FilesAsync((long Repository, string From, string To) between, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(between, out var known)) return known;
        if (await repositories.FindAsync(between.Repository, cancellationToken) is not { } repository) return null;
        var files = Files(await commits.CompareAsync(repository.At, between.From, between.To, cancellationToken));
        if (_known.Count >= MostRemembered) _known.Clear();
        return _known[between] = files;
    }

    /// <summary>Of a branch that was set back or elsewhere, what it lost is not listed.</summary>
    private static IReadOnlyList<string>? Files(Comparison? comparison) => comparison is { Status: "ahead", Files: { Count: < MostFiles } files }
        ? [.. files.SelectMany(file => file.PreviousFilename is { } was ? (string[])[file.Filename, was] : [file.Filename])]
        : null;
}
