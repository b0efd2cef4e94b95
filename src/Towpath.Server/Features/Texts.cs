using System.Text.RegularExpressions;
using Towpath.Server.Web;

namespace Towpath.Server.Features;

/// <summary>What texts of requests may be.</summary>
internal static partial class Texts
{
    private const int LongestReason = 2000;
    private const int LongestName = 255;

    /// <summary>Free text for the record, where there is one: not too long, no control characters but line ends.</summary>
    public static Refusal? RefuseReason(string field, string? text) => text switch
    {
        null => null,
        { Length: > LongestReason } => TooLong(field, LongestReason),
        _ when text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) => Control(field),
        _ => null,
    };

    /// <summary>A name on one line, such as a branch or a user, where there is one.</summary>
    public static Refusal? RefuseName(string field, string? text) => text switch
    {
        null => null,
        { Length: 0 } => Refusal.Unprocessable("bad_" + field, $"`{field}` is empty. Leave it out, or say what it is."),
        { Length: > LongestName } => TooLong(field, LongestName),
        _ when text.Any(char.IsControl) => Control(field),
        _ => null,
    };

    /// <summary>Only http and https: such an address becomes a link.</summary>
    public static Refusal? RefuseUrl(string field, string? text) =>
        text is null || (text.Length <= LongestReason && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            ? null
            : Refusal.Unprocessable("bad_" + field, $"`{field}` is not an absolute http or https address.");

    public static Refusal? RefuseCommit(string commit) => Commit().IsMatch(commit)
        ? null
        : Refusal.Unprocessable("bad_commit", $"'{PlainLines.Of(commit)}' is not a full commit: 40 (or 64) hexadecimal digits in lower case. `git rev-parse HEAD` prints it.");

    public static Refusal? RefuseVersion(string version) => Version().IsMatch(version)
        ? null
        : Refusal.Unprocessable("bad_version", $"'{PlainLines.Of(version)}' is not a version label: letters, digits, '.', '_', '-', at most 128, none of '.' and '-' first.");

    private static Refusal TooLong(string field, int longest) => Refusal.Unprocessable("bad_" + field, $"`{field}` is longer than {longest} characters.");

    private static Refusal Control(string field) => Refusal.Unprocessable("bad_" + field, $"`{field}` holds control characters. Write plain text.");

    [GeneratedRegex("^(?:[0-9a-f]{40}|[0-9a-f]{64})\\z", RegexOptions.None, 1000)]
    private static partial Regex Commit();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\\z", RegexOptions.None, 1000)]
    private static partial Regex Version();
}
