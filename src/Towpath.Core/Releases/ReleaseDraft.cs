using System.Text;
using Towpath.Core.Commands;

namespace Towpath.Core.Releases;

/// <summary>A pull request that was merged since the last release.</summary>
public sealed record MergedPull(long Number, string Title, string Author, IReadOnlyList<string> Labels);

/// <summary>A release of GitHub, published or not.</summary>
/// <param name="Id">GitHub's id; a newer one is higher.</param>
/// <param name="Tag">Its tag; a draft's need not exist yet.</param>
/// <param name="IsDraft">Not published yet.</param>
/// <param name="Body">Its notes.</param>
public sealed record KnownRelease(long Id, string Tag, bool IsDraft, string Body = "");

/// <summary>What the draft of an application is to be.</summary>
/// <param name="Update">The draft to update; null to make one.</param>
/// <param name="Version">The next version.</param>
/// <param name="Tag">Its tag.</param>
/// <param name="Commit">The commit that it is of.</param>
/// <param name="Notes">Markdown.</param>
/// <param name="Superfluous">Other drafts of the same application, for people to look at; nothing is deleted that somebody may have written in.</param>
public sealed record ReleaseDraft(long? Update, SemVersion Version, string Tag, string Commit, string Notes, IReadOnlyList<long> Superfluous);

/// <summary>Plans drafts. The same releases and pull requests give the same draft, whatever was heard in which order.</summary>
public static class ReleaseDrafts
{
    /// <summary>GitHub takes 125,000 characters.</summary>
    private const int Longest = 100_000;

    /// <summary>Null where there is nothing to release: no pull request, or all are left out.</summary>
    /// <param name="rules">The application's.</param>
    /// <param name="application">Its slug, by which its draft is found again.</param>
    /// <param name="commit">Where the branch stands.</param>
    /// <param name="releases">All of the repository that are known.</param>
    /// <param name="pulls">Merged since the last release, in any order.</param>
    public static ReleaseDraft? Plan(
        ReleaseRules rules, string application, string commit, IReadOnlyCollection<KnownRelease> releases, IReadOnlyCollection<MergedPull> pulls)
    {
        MergedPull[] told = [.. pulls.DistinctBy(pull => pull.Number).Where(pull => rules.BumpOf(pull.Labels) is not null).OrderBy(pull => pull.Number)];
        if (told.Length == 0) return null;
        var version = Last(rules, releases).Next(told.Max(pull => rules.BumpOf(pull.Labels)!.Value));
        KnownRelease[] drafts = [.. releases.Where(release => release.IsDraft && IsOf(application, release)).DistinctBy(release => release.Id).OrderBy(release => release.Id)];
        return new ReleaseDraft(
            drafts is [var oldest, ..] ? oldest.Id : null, version, rules.TagOf(version), commit, Notes(rules, application, told), [.. drafts.Skip(1).Select(draft => draft.Id)]);
    }

    /// <summary>The highest published version; pre-releases count, drafts do not.</summary>
    public static SemVersion Last(ReleaseRules rules, IEnumerable<KnownRelease> releases) =>
        releases.Where(release => !release.IsDraft).Select(release => rules.VersionOf(release.Tag)).OfType<SemVersion>().Append(SemVersion.Zero).Max();

    /// <summary>The first line of the notes of every draft that Towpath makes. A draft without it is somebody's own.</summary>
    public static string Marker(string application) => $"<!-- towpath:draft {application} -->";

    private static bool IsOf(string application, KnownRelease release) => release.Body.TrimStart().StartsWith(Marker(application), StringComparison.Ordinal);

    private static string Notes(ReleaseRules rules, string application, MergedPull[] pulls)
    {
        var notes = new StringBuilder(Marker(application)).Append('\n');
        foreach (var (title, group) in Groups(rules, pulls))
        {
            notes.Append($"\n## {title}\n\n");
            foreach (var pull in group) notes.Append($"- {Markdown.Text(pull.Title, 250)} (#{pull.Number}) by {Markdown.Code(pull.Author, 60)}\n");
        }

        return notes.Length <= Longest ? notes.ToString() : notes.ToString()[..notes.ToString().LastIndexOf('\n', Longest)] + "\n\nThere is more than fits here.\n";
    }

    private static IEnumerable<(string Title, IEnumerable<MergedPull> Pulls)> Groups(ReleaseRules rules, MergedPull[] pulls) =>
        from @group in new (string Title, Bump Bump)[] { ("Breaking changes", Bump.Major), ("New and changed", Bump.Minor), ("Fixed", Bump.Patch) }
        let members = pulls.Where(pull => rules.BumpOf(pull.Labels) == @group.Bump).ToArray()
        where members.Length > 0
        select (@group.Title, (IEnumerable<MergedPull>)members);
}
