namespace Towpath.Cli.CommandLine;

/// <summary>The likely word for a misspelt one.</summary>
internal static class Suggestions
{
    public static string? For(string word, IEnumerable<string> candidates)
    {
        // Who typed the beginning meant the rest.
        if (word.Length >= 3 && candidates.Where(c => c.StartsWith(word, StringComparison.Ordinal)).ToList() is [var only]) return only;
        var best = candidates.Select(c => (Word: c, Distance: Distance(word, c))).OrderBy(c => c.Distance).FirstOrDefault();
        return best.Word is not null && best.Distance <= Math.Max(2, word.Length / 3) ? best.Word : null;
    }

    /// <summary>Damerau-Levenshtein, optimal string alignment: swapped neighbours count once.</summary>
    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }

        return d[a.Length, b.Length];
    }
}
