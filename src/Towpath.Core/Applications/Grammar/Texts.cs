namespace Towpath.Core.Applications.Grammar;

/// <summary>Kinds of text that several grammars share.</summary>
public static class Texts
{
    public const int LongestSlug = 63;

    public const string SlugExpected = "lower-case letters, digits and dashes, beginning and ending with a letter or digit, at most 63 characters";

    public static Rule.Text Any { get; } = new();

    public static Rule.Text MayBeEmpty { get; } = new() { MayBeEmpty = true };

    public static Rule.Text Slug { get; } = new(Expected: SlugExpected) { Accepts = IsSlug };

    /// <summary>A branch or tag as <see cref="AnchoredPattern"/> understands it.</summary>
    public static Rule.Text Pattern { get; } = new(Expected: "a pattern without spaces, such as main or release/*") { Accepts = IsPattern };

    public static Rule.Text Repository { get; } = new(Expected: "a GitHub repository as owner/name") { Accepts = IsRepository };

    public static Rule.Text Team { get; } = new(Expected: "a GitHub team as organization/team, the team as in its address") { Accepts = IsTeam };

    /// <summary>Somebody's name here: a GitHub login, a mail address, or <c>provider:name</c>.</summary>
    public static Rule.Text User { get; } = new(Expected: "a user's name without spaces and commas") { Accepts = IsUser };

    /// <summary>Secrets stand in specs only as references. The value is never repeated, since it may be the secret itself.</summary>
    public static Rule.Text SecretReference { get; } =
        new(Expected: "a reference to a secret: env:NAME or ssm:/path") { Accepts = IsReference, Sensitive = true };

    public static bool IsSlug(string text) =>
        text is { Length: > 0 and <= LongestSlug } && text[0] != '-' && text[^1] != '-' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>A text as a slug, with dashes for what does not belong there; empty where nothing is left.</summary>
    public static string ToSlug(string text)
    {
        var slug = string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-'));
        return slug[..Math.Min(slug.Length, LongestSlug)].Trim('-');
    }

    /// <summary>The name of an environment variable.</summary>
    public static bool IsVariableName(string text) =>
        text is { Length: > 0 and <= 255 } && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    public static bool IsReference(string text) =>
        (text.StartsWith("env:", StringComparison.Ordinal) && IsVariableName(text[4..]))
        || (text.StartsWith("ssm:/", StringComparison.Ordinal) && text.Length > 5 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or ':' or '.' or '_' or '-'));

    public static bool IsRepository(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1 && text.Length <= 140
            && text[..slash].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && text[(slash + 1)..].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
    }

    private static bool IsTeam(string text) =>
        text.Length <= 200 && text.Split('/') is [{ Length: > 0 } organization, { Length: > 0 } team]
        && organization.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && team.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && team.Trim('.').Length > 0;

    private static bool IsUser(string text) => text.Length <= 200 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is ',');

    private static bool IsPattern(string text) => text.Length <= 255 && !text.Any(char.IsWhiteSpace);
}
