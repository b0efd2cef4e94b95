namespace Towpath.Core;

/// <summary>
/// Patterns of policies: branches, tags, paths. Always about the whole text, never a part of it. <c>*</c> stands for any
/// characters but <c>/</c>, as in GitHub's own patterns; <c>**</c> for any at all. Case matters. Nothing else is special.
/// </summary>
public static class AnchoredPattern
{
    public static bool IsMatch(string pattern, string text)
    {
        // When a literal fails, the latest star takes one character more. A star that may not cross a slash hands over
        // to the latest double star. Earlier stars need not be tried: the latest one reached its place as early as possible.
        var (p, t) = (0, 0);
        var (star, starText) = (-1, 0);
        var (wide, wideText) = (-1, 0);
        while (t < text.Length || p < pattern.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                var isWide = p + 1 < pattern.Length && pattern[p + 1] == '*';
                while (p < pattern.Length && pattern[p] == '*') p++;
                if (isWide) (wide, wideText, star) = (p, t, -1);
                else (star, starText) = (p, t);
                continue;
            }

            if (p < pattern.Length && t < text.Length && pattern[p] == text[t])
            {
                (p, t) = (p + 1, t + 1);
                continue;
            }

            if (star >= 0 && starText < text.Length && text[starText] != '/') (p, t) = (star, ++starText);
            else if (wide >= 0 && wideText < text.Length) (p, t, star) = (wide, ++wideText, -1);
            else return false;
        }

        return true;
    }

    public static bool IsMatchAny(IEnumerable<string> patterns, string text)
    {
        foreach (var pattern in patterns)
            if (IsMatch(pattern, text)) return true;
        return false;
    }
}
