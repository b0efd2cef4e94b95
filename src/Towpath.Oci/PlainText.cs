using System.Text;

namespace Towpath.Oci;

/// <summary>Makes text that a registry or a stranger wrote fit to be shown: one line, no control characters, bounded.</summary>
internal static class PlainText
{
    public static string Of(string text, int maximum)
    {
        var plain = new StringBuilder();
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf16(units);
            if (plain.Length + length > maximum) return plain.Append('…').ToString();
            plain.Append(IsHidden(units[0]) ? " " : units[..length]);
        }

        return plain.ToString().Trim();
    }

    // U+202A–202E and U+2066–2069 reorder the text around them; U+2028 and U+2029 break lines.
    private static bool IsHidden(char c) =>
        char.IsControl(c) || c is >= '\u2028' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F';
}
