using System.Text;

namespace Towpath.Core.Artifacts;

/// <summary>Fills names in braces, such as <c>{short_sha}</c>, into patterns of specs.</summary>
public static class Placeholders
{
    /// <summary>The names that stand in braces, in order. A brace without its partner is plain text.</summary>
    public static IEnumerable<string> NamesIn(string pattern)
    {
        for (var (start, end) = Next(pattern, 0); start >= 0; (start, end) = Next(pattern, end + 1))
            yield return pattern[(start + 1)..end];
    }

    /// <summary>The pattern with all names filled in, or null where a value is missing or empty.</summary>
    public static string? Fill(string pattern, IReadOnlyDictionary<string, string?> values)
    {
        var filled = new StringBuilder(pattern.Length + 40);
        var from = 0;
        for (var (start, end) = Next(pattern, 0); start >= 0; (start, end) = Next(pattern, end + 1))
        {
            if (!values.TryGetValue(pattern[(start + 1)..end], out var value) || string.IsNullOrEmpty(value)) return null;
            filled.Append(pattern, from, start - from).Append(value);
            from = end + 1;
        }

        return filled.Append(pattern, from, pattern.Length - from).ToString();
    }

    /// <summary>The next pair of braces with something between them and no other brace.</summary>
    private static (int Start, int End) Next(string pattern, int from)
    {
        while (from < pattern.Length && pattern.IndexOf('}', from) is >= 0 and var end)
        {
            var start = pattern.LastIndexOf('{', end, end - from + 1);
            if (start >= from && end > start + 1) return (start, end);
            from = end + 1;
        }

        return (-1, -1);
    }
}
