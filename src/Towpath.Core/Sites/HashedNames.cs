using System.Text.RegularExpressions;

namespace Towpath.Core.Sites;

/// <summary>
/// Tells names that carry a hash of their content from names that only look so (<c>apple-touch-icon.png</c>,
/// <c>logo-20240608.png</c>). Too strict only costs a request; too lax serves old bytes for a year.
/// </summary>
public static partial class HashedNames
{
    private const int Shortest = 8;

    public static bool IsHashed(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        // Pages are what links lead to: their names are for people, whatever they look like.
        if (name.EndsWith(".html", StringComparison.OrdinalIgnoreCase)) return false;
        var parts = name.Split('.');
        return parts.Length > 1 && (parts[1..^1].Any(part => DotHash().IsMatch(part) && HasLetterAndDigit(part)) || LooksRandom(Extensions().Replace(name, "")));
    }

    private static bool LooksRandom(string stem)
    {
        var dash = stem.LastIndexOf('-');
        if (dash <= 0) return false;
        var last = stem[(dash + 1)..];
        if (last.Length >= Shortest) return HashCharacters().IsMatch(last) && IsMixed(last);
        // Base64url hashes may hold a dash; those that bundlers make have eight characters.
        return stem.Length > Shortest + 1 && stem[^(Shortest + 1)] == '-' && HashCharacters().IsMatch(stem[^Shortest..]) && IsOfAllKinds(stem[^Shortest..]);
    }

    private static bool IsOfAllKinds(string text) =>
        text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower) && IsMixed(text);

    private static bool IsMixed(string text) =>
        text.All(char.IsAsciiHexDigitLower) ? HasLetterAndDigit(text) : Changes(text) >= Math.Max(3, text.Length / 3);

    private static bool HasLetterAndDigit(ReadOnlySpan<char> text) =>
        text.IndexOfAnyInRange('0', '9') >= 0 && text.IndexOfAnyInRange('a', 'z') >= 0;

    /// <summary>How often the kind of character changes: words and dates rarely change it, hashes at every second character.</summary>
    private static int Changes(string text)
    {
        var changes = 0;
        for (var i = 1; i < text.Length; i++)
            if (KindOf(text[i]) != KindOf(text[i - 1])) changes++;
        return changes;
    }

    private static int KindOf(char c) => char.IsAsciiDigit(c) ? 0 : char.IsAsciiLetterLower(c) ? 1 : char.IsAsciiLetterUpper(c) ? 2 : 3;

    [GeneratedRegex(@"\.[A-Za-z0-9]+(?:\.map)?$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Extensions();

    [GeneratedRegex("^[0-9a-f]{8,}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DotHash();

    [GeneratedRegex("^[A-Za-z0-9_-]{8,}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HashCharacters();
}
