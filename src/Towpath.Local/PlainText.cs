using System.Text;

namespace Towpath.Local;

/// <summary>Makes text that others wrote fit to be shown: in one line, without control characters, bounded.</summary>
internal static class PlainText
{
    public static string Of(ReadOnlySpan<char> text, int maximum)
    {
        var plain = new StringBuilder(Math.Min(text.Length, maximum) + 1);
        foreach (var c in text)
        {
            if (plain.Length == maximum) return plain.Append('…').ToString();
            if (!IsHidden(c)) plain.Append(c);
            else if (plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
        }
        return plain.ToString().Trim();
    }

    // U+202A–202E and U+2066–2069 reorder the text around them; U+2028 and U+2029 break lines.
    private static bool IsHidden(char c) =>
        char.IsControl(c) || c is >= '\u2028' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F';
}
