using Towpath.Core.Artifacts;

namespace Towpath.Core.Releases;

/// <summary>What publishing a release leads to (row P3): the build of its commit gets the version as its label. Nothing is built.</summary>
public abstract record ReleasePublication
{
    /// <param name="Build">The build to promote; its digest stays what it is.</param>
    /// <param name="Version">The label that it gets, such as <c>v1.2.3</c>.</param>
    public sealed record Promote(Build Build, string Version) : ReleasePublication;

    /// <summary>It has this label already: published again, or told twice.</summary>
    public sealed record Already(Build Build, string Version) : ReleasePublication;

    /// <summary>The answer is no: what was found and what to do.</summary>
    public sealed record Refused(string Reason) : ReleasePublication;

    /// <summary>The tag is not one of this application's releases.</summary>
    public sealed record NotOurs : ReleasePublication;

    /// <param name="rules">The application's.</param>
    /// <param name="application">Its slug.</param>
    /// <param name="tag">The release's tag.</param>
    /// <param name="commit">What the tag points to, asked of GitHub: the release's own field may name a branch.</param>
    /// <param name="builds">Of the application: those of the commit and those with the label, in any order.</param>
    public static ReleasePublication Decide(ReleaseRules rules, string application, string tag, string commit, IReadOnlyCollection<Build> builds)
    {
        if (rules.VersionOf(tag) is null) return new NotOurs();
        if (!VersionLabel.IsOne(tag))
            return new Refused($"the tag {tag} cannot be a version label, as it has characters that no container tag may have; choose one of letters, digits, '.', '_' and '-'");
        var newest = builds.Where(build => IsOf(build, commit)).OrderByDescending(build => build.ReportedAt).ThenByDescending(build => build.Id, StringComparer.Ordinal).FirstOrDefault();
        var labelled = builds.FirstOrDefault(build => string.Equals(build.Version, tag, StringComparison.Ordinal));
        if (newest is null) return new Refused(Missing(application, tag, commit));
        if (labelled is null) return new Promote(newest, tag);
        // Built twice, the commit has several digests; the one that was released first stays the release.
        return IsOf(labelled, commit)
            ? new Already(labelled, tag)
            : new Refused($"{tag} of {application} is the build of {CommitName.Short(labelled.Commit)} already, and {tag} points to {CommitName.Short(commit)} now; a version never changes what it means: publish this commit under another one");
    }

    private static bool IsOf(Build build, string commit) => string.Equals(build.Commit, commit, StringComparison.Ordinal);

    private static string Missing(string application, string tag, string commit) =>
        $"{application} has no build of {CommitName.Short(commit)}, which {tag} points to; a release promotes what CI has built, and builds nothing. Let CI build that commit and report it, then publish again";
}
