using System.Globalization;

namespace Towpath.Core.Artifacts;

/// <summary>Makes the label under which people know a build. Labels never decide bytes; digests do.</summary>
public static class VersionLabel
{
    /// <summary>As long as a container tag may be (OCI distribution specification, "Pulling manifests").</summary>
    private const int Longest = 128;

    /// <summary>As short as git shows commits.</summary>
    private const int ShortCommit = 7;

    /// <summary>What version patterns may name.</summary>
    public static IReadOnlyList<string> Placeholders { get; } = ["tag", "sha", "short_sha", "run_number", "timestamp", "branch", "slug"];

    /// <summary>The first pattern that can be filled in, made fit for a tag; null where none can.</summary>
    /// <param name="patterns">As the app spec has them.</param>
    /// <param name="build">What is known of the build.</param>
    public static string? From(IReadOnlyList<string> patterns, LabelSource build)
    {
        var values = ValuesOf(build);
        foreach (var pattern in patterns)
            if (Artifacts.Placeholders.Fill(pattern, values) is { } label) return Fit(label);
        return null;
    }

    /// <summary>Whether a text is a label as it stands.</summary>
    public static bool IsOne(string text) => text.Length is > 0 and <= Longest && Fit(text) == text;

    /// <summary>The commit, or its beginning, that a label was made of; null where no pattern tells.</summary>
    /// <param name="patterns">As the app spec has them.</param>
    /// <param name="label">Such as <c>sha-abc1234</c>.</param>
    public static string? CommitIn(IReadOnlyList<string> patterns, string label)
    {
        foreach (var pattern in patterns)
        {
            if (Artifacts.Placeholders.NamesIn(pattern).ToList() is not [("sha" or "short_sha") and var name]) continue;
            var braces = pattern.IndexOf($"{{{name}}}", StringComparison.Ordinal);
            var (before, after) = (pattern[..braces], pattern[(braces + name.Length + 2)..]);
            if (label.Length < before.Length + after.Length || !label.StartsWith(before, StringComparison.Ordinal) || !label.EndsWith(after, StringComparison.Ordinal)) continue;
            var commit = label[before.Length..^after.Length];
            if (commit.Length is >= ShortCommit and <= 64 && commit.All(char.IsAsciiHexDigitLower)) return commit;
        }

        return null;
    }

    /// <summary>A whole SHA-1 or SHA-256 of git.</summary>
    public static bool IsFullCommit(string commit) => commit.Length is 40 or 64 && commit.All(char.IsAsciiHexDigitLower);

    private static Dictionary<string, string?> ValuesOf(LabelSource build) => new(StringComparer.Ordinal)
    {
        ["slug"] = build.Application,
        ["tag"] = build.Tag,
        ["sha"] = build.Commit,
        ["short_sha"] = CommitName.Short(build.Commit),
        ["branch"] = build.Branch,
        ["run_number"] = build.RunNumber?.ToString(CultureInfo.InvariantCulture),
        ["timestamp"] = build.At.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture),
    };

    // Branches and tags may hold slashes and more; a container tag may not, and a label is used as one.
    private static string Fit(string label)
    {
        var fit = string.Create(Math.Min(label.Length, Longest), label, (span, text) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterOrDigit(text[i]) || text[i] is '.' or '_' or '-' ? text[i] : '-';
        });
        // Nor may a tag begin with these.
        return fit[0] is '.' or '-' ? "_" + fit[..Math.Min(fit.Length, Longest - 1)] : fit;
    }
}

/// <param name="Application">The slug.</param>
/// <param name="Commit">The full commit.</param>
/// <param name="Branch">The branch, where there was one.</param>
/// <param name="Tag">The git tag, where there was one.</param>
/// <param name="RunNumber">CI's number of the run.</param>
/// <param name="At">When the build was reported.</param>
public sealed record LabelSource(string Application, string Commit, string? Branch, string? Tag, long? RunNumber, DateTimeOffset At);
