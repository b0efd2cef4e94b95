namespace Towpath.Core.Commands;

/// <summary>Which lines of a Markdown comment are its author's own words: no quotes, no code blocks, no blank lines.</summary>
internal static class CommentLines
{
    /// <summary>Whoever quotes more than this before the answer has to write a new comment.</summary>
    private const int MostLines = 1000;

    /// <summary>The first such line without the spaces around it, or null.</summary>
    public static string? FirstSpoken(string body)
    {
        string? fence = null;
        var quoted = false;
        var rest = body.AsSpan();
        for (var left = MostLines; left > 0 && rest.Length > 0; left--)
        {
            var line = Next(ref rest);
            var indent = IndentOf(line);
            var text = line.Trim();
            // A line right below a quote still belongs to it, whether it begins with '>' or not.
            quoted = fence is null && text.Length > 0 && (quoted || text[0] == '>');
            if (fence is not null)
            {
                if (indent < 4 && Closes(text, fence)) fence = null;
            }
            else if (text.Length == 0 || indent >= 4 || quoted) continue;
            else if (FenceOf(text) is { } opened) fence = opened;
            else return text.ToString();
        }

        return null;
    }

    // Only what Markdown takes for the end of a line. Other separators, hidden in a text that somebody quotes, would let it speak in their name.
    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny('\n', '\r');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line;
    }

    // A tab stands for four columns, which make a code block.
    private static int IndentOf(ReadOnlySpan<char> line)
    {
        var indent = 0;
        foreach (var c in line)
            if (c == ' ') indent++;
            else if (c == '\t') indent += 4;
            else break;
        return indent;
    }

    private static string? FenceOf(ReadOnlySpan<char> text)
    {
        if (text[0] is not ('`' or '~')) return null;
        var length = text.IndexOfAnyExcept(text[0]);
        if (length < 0) length = text.Length;
        // A backtick after the opening ones makes it code within a line.
        return length >= 3 && (text[0] == '~' || !text[length..].Contains('`')) ? new string(text[0], length) : null;
    }

    private static bool Closes(ReadOnlySpan<char> text, string fence) => text.StartsWith(fence, StringComparison.Ordinal) && !text.ContainsAnyExcept(fence[0]);
}
