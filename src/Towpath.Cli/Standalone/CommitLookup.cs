using Towpath.Core.Artifacts;

namespace Towpath.Cli.Standalone;

/// <summary>
/// Finds the commit of a version where nobody gave it: from the label, as far as that holds it, and from the names of the artifacts, where
/// the label holds only its beginning.
/// </summary>
internal sealed class CommitLookup(IEnumerable<IArtifactSearch> searches)
{
    private const string Full = "sha";

    /// <summary>More names than one commit's artifacts and what lies beside them; two commits among them are enough to know that the beginning is not.</summary>
    private const int Most = 100;

    /// <returns>The commit, or its beginning where nothing needs more; null where it cannot be told.</returns>
    public async Task<string?> FindAsync(DeployRequest request, CancellationToken cancellationToken)
    {
        if (request.Commit is { } given) return given;
        if (VersionLabel.CommitIn(request.Application.VersionPatterns, request.Version) is not { } known) return null;
        var sources = request.Application.Artifacts.Where(a => !request.Artifacts.ContainsKey(a.Name) && Placeholders.NamesIn(a.Source).Contains(Full, StringComparer.Ordinal)).ToList();
        if (VersionLabel.IsFullCommit(known) || sources.Count == 0) return known;
        foreach (var source in sources)
            if (await CompleteAsync(request, source.Kind, source.Source, known, cancellationToken) is { } full) return full;
        return null;
    }

    private async Task<string?> CompleteAsync(DeployRequest request, ArtifactKind kind, string source, string known, CancellationToken cancellationToken)
    {
        if (request.Fill(source, known, "*") is not { } pattern) return null;
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        var search = searches.FirstOrDefault(s => string.Equals(s.Scheme, ArtifactScheme.Of(kind, pattern), StringComparison.Ordinal));
        if (search is null) return null;
        var commits = (await search.FindAsync(pattern[..star], Most, cancellationToken))
            .Select(reference => CommitOf(reference, pattern[..star], known))
            .OfType<string>()
            .Where(commit => request.Fill(source, commit) is not null)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return commits is [var only] ? only : null;
    }

    /// <summary>What stands in a reference after its known beginning, as far as it is a commit.</summary>
    private static string? CommitOf(string reference, string beginning, string known)
    {
        var commit = known + string.Concat(reference[beginning.Length..].TakeWhile(char.IsAsciiHexDigitLower));
        return VersionLabel.IsFullCommit(commit) ? commit : null;
    }
}
