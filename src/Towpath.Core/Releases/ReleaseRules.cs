namespace Towpath.Core.Releases;

/// <summary>How versions and notes follow from the labels of pull requests (row P2), as <c>releases</c> of an app spec has it.</summary>
public sealed record ReleaseRules
{
    public const string VersionPlaceholder = "{version}";

    /// <summary>The git tag, with <c>{version}</c> in it.</summary>
    public string Tag { get; init; } = "v{version}";
    public IReadOnlyList<string> Major { get; init; } = ["major"];
    public IReadOnlyList<string> Minor { get; init; } = ["minor", "enhancement"];
    public IReadOnlyList<string> Patch { get; init; } = ["patch", "bug", "hotfix"];

    /// <summary>For a pull request without any of these labels.</summary>
    public Bump Default { get; init; } = Bump.Minor;

    /// <summary>A pull request with one of these labels is in no notes and raises nothing.</summary>
    public IReadOnlyList<string> Skip { get; init; } = ["no-release"];

    public static ReleaseRules Standard { get; } = new();

    public string TagOf(SemVersion version) => Tag.Replace(VersionPlaceholder, version.ToString(), StringComparison.Ordinal);

    /// <summary>Null where the tag is not of this form, such as that of another application of the repository.</summary>
    public SemVersion? VersionOf(string tag)
    {
        var place = Tag.IndexOf(VersionPlaceholder, StringComparison.Ordinal);
        if (place < 0) return null;
        var (before, after) = (Tag[..place], Tag[(place + VersionPlaceholder.Length)..]);
        return tag.Length > before.Length + after.Length && tag.StartsWith(before, StringComparison.Ordinal) && tag.EndsWith(after, StringComparison.Ordinal)
            ? SemVersion.TryParse(tag[before.Length..^after.Length])
            : null;
    }

    /// <summary>Null where the pull request is left out. Labels are compared as GitHub does, without regard to case; the greatest bump wins.</summary>
    public Bump? BumpOf(IReadOnlyCollection<string> labels)
    {
        if (Has(labels, Skip)) return null;
        return Has(labels, Major) ? Bump.Major : Has(labels, Minor) ? Bump.Minor : Has(labels, Patch) ? Bump.Patch : Default;
    }

    private static bool Has(IReadOnlyCollection<string> labels, IReadOnlyList<string> wanted) =>
        labels.Any(label => wanted.Contains(label, StringComparer.OrdinalIgnoreCase));
}
