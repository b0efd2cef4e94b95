namespace Towpath.Core.Facts;

/// <summary>Where a branch or tag stands.</summary>
/// <param name="RepositoryId">GitHub's id of the repository, which renaming does not change.</param>
/// <param name="Ref">In full, such as <c>refs/heads/main</c>.</param>
/// <param name="Sha">The commit; null where it was deleted.</param>
/// <param name="At">When it was moved there, as GitHub tells, which is to the second; for what was asked of the API, the instant of asking.</param>
public sealed record RefFact(long RepositoryId, string Ref, string? Sha, DateTimeOffset At)
{
    /// <summary>Within the same second it was moved elsewhere, too, and nobody told in which order: ask the API.</summary>
    public bool IsDisputed { get; init; }

    /// <summary>Who pushed it there, by login, where GitHub told.</summary>
    public string? PushedBy { get; init; }

    /// <summary>Who wrote the commit, by login, where GitHub knows.</summary>
    public string? Author { get; init; }

    /// <summary>With who pushed and wrote it, where that is known of the same commit and not told here.</summary>
    public RefFact ByThoseOf(RefFact? known) => known is null || !string.Equals(known.Sha, Sha, StringComparison.Ordinal)
        ? this
        : this with { PushedBy = PushedBy ?? known.PushedBy, Author = Author ?? known.Author };

    /// <summary>What counts of two facts of one ref, whichever came first.</summary>
    public static RefFact Newest(RefFact known, RefFact told)
    {
        if (told.At != known.At) return told.At > known.At ? told : known;
        if (string.Equals(told.Sha, known.Sha, StringComparison.Ordinal)) return known.ByThoseOf(told);
        return (string.CompareOrdinal(told.Sha ?? "", known.Sha ?? "") > 0 ? told : known) with { IsDisputed = true };
    }
}
