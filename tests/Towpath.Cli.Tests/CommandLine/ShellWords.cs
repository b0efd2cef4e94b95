using System.Text.RegularExpressions;

namespace Towpath.Cli.Tests.CommandLine;

/// <summary>Finds the call of <c>towpath</c> in a line of shell and cuts it into words, as far as our own pages need it.</summary>
internal static partial class ShellWords
{
    /// <summary>The arguments; null where the line calls something else.</summary>
    public static string[]? Of(string line)
    {
        var match = Call().Match(line);
        if (!match.Success) return null;
        var words = new List<string>();
        foreach (var (part, quoted) in match.Groups["rest"].Value.Split('\'').Select((p, i) => (p, i % 2 == 1)))
            if (quoted) words.Add(part);
            else words.AddRange(part.Split('#')[0].Split('|')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (match.Groups["inner"].Success) words[^1] = words[^1].TrimEnd(')');
        return [.. words];
    }

    [GeneratedRegex(@"^(?:(?:export )?\w+=(?:(?<inner>\$\()|\S+ ))?(?:\./)?towpath(?: (?<rest>.*))?$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Call();
}
