namespace Towpath.Core.Facts;

/// <summary>What a repository is called now. Ids stay when names change, and a name can come to mean another repository.</summary>
/// <param name="RepositoryId">GitHub's id.</param>
/// <param name="Name">As <c>owner/name</c>.</param>
/// <param name="OwnerId">GitHub's id of the owner.</param>
/// <param name="InstallationId">The installation of the App that reaches it; null where none was told.</param>
/// <param name="IsGone">It was deleted.</param>
/// <param name="At">When it was last changed, as GitHub tells.</param>
public sealed record RepositoryName(long RepositoryId, string Name, long OwnerId, long? InstallationId, bool IsGone, DateTimeOffset At)
{
    /// <summary>What counts of two facts of one repository, whichever came first. Of installations the latest, which has the highest id.</summary>
    public static RepositoryName Newest(RepositoryName known, RepositoryName told)
    {
        var installation = Math.Max(known.InstallationId ?? 0, told.InstallationId ?? 0);
        return (IsNewer(known, told) ? told : known) with { InstallationId = installation == 0 ? null : installation };
    }

    private static bool IsNewer(RepositoryName known, RepositoryName told)
    {
        if (told.At != known.At) return told.At > known.At;
        var name = string.CompareOrdinal(told.Name, known.Name);
        return name > 0 || (name == 0 && told.IsGone && !known.IsGone);
    }
}
