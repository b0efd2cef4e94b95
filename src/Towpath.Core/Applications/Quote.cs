using System.Text;

namespace Towpath.Core.Applications;

/// <summary>Puts what people wrote into messages: short, and without characters that could steer a terminal.</summary>
internal static class Quote
{
    private const int Longest = 80;

    public static string Clean(string text)
    {
        var cut = text.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "…") : text;
        if (!cut.Any(IsUnfit)) return cut;
        var clean = new StringBuilder(cut.Length);
        foreach (var c in cut) clean.Append(IsUnfit(c) ? '\uFFFD' : c);
        return clean.ToString();
    }

    /// <summary><c>'a', 'b' or 'c'</c>.</summary>
    public static string Choice(IEnumerable<string> names)
    {
        var quoted = names.Select(name => $"'{Clean(name)}'").ToArray();
        return quoted.Length < 2 ? string.Concat(quoted) : $"{string.Join(", ", quoted[..^1])} or {quoted[^1]}";
    }

    // Formatting characters include those that turn the direction of writing.
    private static bool IsUnfit(char c) => char.IsControl(c) || char.IsSurrogate(c)
        || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
            or System.Globalization.UnicodeCategory.ParagraphSeparator;
}
