using System.Text;

namespace Towpath.Core.Commands;

/// <summary>
/// Puts what others wrote into GitHub Markdown: as text that formats nothing, links nothing and calls nobody, or as code. Branches, titles, commit
/// messages and names are written by anybody.
/// </summary>
public static class Markdown
{
    /// <summary>Stands where a mention, a link or a reference would begin, and is not seen.</summary>
    private const char Break = '\u200B';

    private const string Special = "\\`*_[]#|~$";

    private static readonly (string Word, string Next)[] Linked = [("http", "://"), ("https", "://"), ("ftp", "://"), ("www", "."), ("gh", "-")];

    /// <summary>In one line.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="maximum">Characters of it that are shown.</param>
    public static string Text(string text, int maximum = 200)
    {
        var plain = PlainText.Of(text, maximum);
        var escaped = new StringBuilder(plain.Length + 16);
        for (var i = 0; i < plain.Length; i++)
        {
            var c = plain[i];
            if (c == '<') escaped.Append("&lt;");
            else if (c == '>') escaped.Append("&gt;");
            else if (c == '&') escaped.Append("&amp;");
            else if (Special.Contains(c, StringComparison.Ordinal) || BeginsList(plain, i)) escaped.Append('\\').Append(c);
            else escaped.Append(c);
            // GitHub looks for mentions and references in what is left after Markdown, where a backslash is gone.
            if (c is '@' or '#' || EndsLinked(plain, i)) escaped.Append(Break);
        }

        return escaped.ToString();
    }

    /// <summary>In a code span, where GitHub makes neither mentions nor links.</summary>
    public static string Code(string text, int maximum = 200)
    {
        // A backtick in the text could end the span, a bar a cell of a table, and a comment could pass for our own marker: each has a like that does not.
        var plain = PlainText.Of(text, maximum).Replace('`', '\u02CB').Replace('|', '\u2502').Replace('<', '\u2039');
        return plain.Length == 0 ? "–" : $"`{plain}`";
    }

    /// <summary>A link where the address is one of the web, else the text alone.</summary>
    public static string Link(string text, string? url) =>
        url is { Length: <= 2000 } && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? $"[{Text(text)}](<{uri.AbsoluteUri.Replace("<", "%3C", StringComparison.Ordinal).Replace(">", "%3E", StringComparison.Ordinal)}>)"
            : Text(text);

    // Text that stands first in an item would make a list within it: "- x", "+ x", "1. x", "1) x".
    private static bool BeginsList(string text, int i) => text[i] switch
    {
        '-' or '+' => i == 0,
        '.' or ')' => i is > 0 and < 10 && !text.AsSpan(0, i).ContainsAnyExceptInRange('0', '9'),
        _ => false,
    };

    // Such as the p of http:// or the w of www.; GitHub links them by themselves.
    private static bool EndsLinked(string text, int i)
    {
        var rest = text.AsSpan(i + 1);
        foreach (var (word, next) in Linked)
        {
            var start = i + 1 - word.Length;
            if (rest.StartsWith(next, StringComparison.Ordinal) && start >= 0 && text.AsSpan(start, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase)
                && (start == 0 || !char.IsLetterOrDigit(text[start - 1]))) return true;
        }

        return false;
    }
}
