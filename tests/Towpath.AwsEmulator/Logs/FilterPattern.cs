namespace Towpath.AwsEmulator.Logs;

/// <summary>
/// The simple filter patterns: every term must be there, a term after - must not, of terms after ? one must.
/// Source: Amazon CloudWatch Logs User Guide, filter pattern syntax for unstructured logs.
/// </summary>
internal sealed class FilterPattern
{
    private readonly List<string> _all = [];
    private readonly List<string> _none = [];
    private readonly List<string> _any = [];

    public FilterPattern(string pattern)
    {
        foreach (var term in Terms(pattern))
        {
            if (term.StartsWith('-')) _none.Add(Unquoted(term[1..]));
            else if (term.StartsWith('?')) _any.Add(Unquoted(term[1..]));
            else _all.Add(Unquoted(term));
        }
    }

    public bool Matches(string line) =>
        _all.TrueForAll(term => Has(line, term)) && !_none.Exists(term => Has(line, term)) && (_any.Count == 0 || _any.Exists(term => Has(line, term)));

    private static bool Has(string line, string term) => line.Contains(term, StringComparison.Ordinal);

    private static string Unquoted(string term) => term.Trim('"');

    private static IEnumerable<string> Terms(string pattern)
    {
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= pattern.Length; i++)
        {
            if (i < pattern.Length && pattern[i] == '"') quoted = !quoted;
            if (i < pattern.Length && (quoted || pattern[i] != ' ')) continue;
            if (i > start) yield return pattern[start..i];
            start = i + 1;
        }
    }
}
