namespace Towpath.Core.Applications.Grammar;

/// <summary>Finds what a misspelt name probably meant.</summary>
public static class Nearest
{
    // Longer names than this are no typing mistakes, and comparing them would cost their square.
    private const int Longest = 40;

    /// <summary>The closest candidate within a third of the name's length, or null.</summary>
    public static string? To(string name, IEnumerable<string> candidates)
    {
        if (name.Length > Longest) return null;
        var normalized = Normalize(name);
        string? best = null;
        var limit = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > Longest) continue;
            var distance = Distance(normalized, Normalize(candidate));
            if (distance >= limit) continue;
            limit = distance;
            best = candidate;
        }

        return best;
    }

    /// <summary><c>; did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) =>
        To(name, candidates) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    private static string Normalize(string name) => name.ToLowerInvariant().Replace('-', '_');

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }

        return rows[a.Length, b.Length];
    }
}
