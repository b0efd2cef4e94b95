namespace Towpath.Testing;

/// <summary>What people may write at GitHub to do harm elsewhere: one list for every place that shows or passes on what others wrote.</summary>
public static class Hostile
{
    /// <summary>Titles, messages, labels, reasons: one line, as long as GitHub takes titles.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        "$(id)`id`;rm -rf / | cat & $HOME",
        "${{ secrets.TOKEN }} {{payload}} %s %n",
        "![x](http://evil.example/x) [a](javascript:alert(1)) **b** ~~c~~ | d |",
        "<img src=x onerror=alert(1)><script>alert(1)</script>&lt;b&gt;",
        "\u001b[31mred\u001b]0;title\u0007",
        "\u202Egnp.exe\u2066",
        "@kim @acme/everyone #1 acme/web#1 GH-1",
        "<!-- towpath:status --> --> ]]>",
        "'; DROP TABLE deployments;-- \" OR 1=1",
        "1. - + * # > ``` ~~~ ---",
        new('x', 256),
    ];

    /// <summary>Names that git and GitHub take for branches and tags.</summary>
    public static IReadOnlyList<string> Refs { get; } =
    [
        "feature/@kim-#1-<img>", "x`whoami`$(id)|a|b", "${{secrets.X}}", "a';DROP--TABLE/watches;--", "<script>alert(1)</script>", "\u202Egnp.exe", "b/" + new string('x', 200),
        "-rf", "{sha}{version}${{ref}}", "a%2e%2e%2fb&c#d",
    ];

    /// <summary>What a terminal or a log would obey in a text of one line; null where nothing is.</summary>
    public static string? SteeringIn(string line) =>
        line.FirstOrDefault(PlainSteers) is var c and not '\0' ? $"it has U+{(int)c:X4}" : null;

    /// <summary>The same texts as lines of a message, which may have several: those that follow would pass for somebody else's.</summary>
    public static IReadOnlyList<string> Messages { get; } = [.. Texts, "one\nerror: two", "one\r\n12:00:00 deploy: two\u2028three\u0085four\ttab"];

    /// <summary>Why a text that GitHub would render does harm; null where it does none: no markup of others, nobody called, nothing linked, nothing that a terminal obeys.</summary>
    public static string? HarmIn(string markdown)
    {
        markdown = WithoutEscaped(markdown);
        // What stands in code links nothing and calls nobody.
        var outside = string.Concat(markdown.Split('`').Where((_, part) => part % 2 == 0));
        string[] forbidden = ["<img", "<script", "\u202E", "\u2066"];
        string[] linking = ["](javascript", "![x]", "http://evil"];
        if (forbidden.FirstOrDefault(part => markdown.Contains(part, StringComparison.OrdinalIgnoreCase)) is { } found) return $"it has {found}";
        if (linking.FirstOrDefault(part => outside.Contains(part, StringComparison.OrdinalIgnoreCase)) is { } link) return $"it has {link}";
        if (markdown.FirstOrDefault(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) is var control and not '\0') return $"it has the control character U+{(int)control:X4}";
        return new[] { "@kim", "@acme" }.FirstOrDefault(name => outside.Contains(name, StringComparison.Ordinal)) is { } called ? $"it calls {called}" : null;
    }

    private static bool PlainSteers(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    /// <summary>What a backslash stands before formats nothing.</summary>
    private static string WithoutEscaped(string markdown)
    {
        var left = new System.Text.StringBuilder(markdown.Length);
        for (var i = 0; i < markdown.Length; i++)
            if (markdown[i] == '\\') i++;
            else left.Append(markdown[i]);
        return left.ToString();
    }
}
