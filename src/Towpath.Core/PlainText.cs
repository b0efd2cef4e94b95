using System.Text;

namespace Towpath.Core;

/// <summary>Makes text that others wrote fit to be shown: in one line, without control characters or half characters, bounded.</summary>
public static class PlainText
{
    public static string Of(ReadOnlySpan<char> text, int maximum)
    {
        var plain = new StringBuilder(Math.Min(text.Length, maximum) + 1);
        Span<char> units = stackalloc char[2];
        // A lone surrogate, which no database takes, is read as U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf16(units);
            if (plain.Length + length > maximum) return plain.Append('…').ToString();
            if (!Steers(units[0])) plain.Append(units[..length]);
            else if (plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
        }
        return plain.ToString().Trim();
    }

    /// <summary>
    /// Whether a character does something to the text around it, or to a terminal, instead of being shown: U+202A–202E and U+2066–2069 reorder, U+2028 and U+2029
    /// break lines.
    /// </summary>
    public static bool Steers(char c) =>
        char.IsControl(c) || c is >= '\u2028' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F';
}
