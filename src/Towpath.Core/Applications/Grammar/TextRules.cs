using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Towpath.Core.Artifacts;

namespace Towpath.Core.Applications.Grammar;

/// <summary>Says what keeps a text from satisfying its rule.</summary>
internal static class TextRules
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <summary>Code and message, or null where all is well.</summary>
    public static (string Code, string Message)? Check(Rule.Text rule, string text)
    {
        if (text.Length == 0 && rule.MayBeEmpty) return null;
        if (text.Length == 0) return ("bad-value", $"the text is empty; expected {Expectation(rule)}");
        if (rule.OneOf is { } choices && !choices.Contains(text, StringComparer.Ordinal))
            return ("bad-value", $"{Found(rule, text)} is not one of {Quote.Choice(choices)}{Nearest.Hint(text, choices)}");
        if (!Matches(rule, text)) return ("bad-value", $"{Found(rule, text)} is not {Expectation(rule)}");
        return rule.Placeholders is { } allowed ? CheckPlaceholders(allowed, text) : null;
    }

    public static bool MatchesPattern(string pattern, string text) =>
        Patterns.GetOrAdd(pattern, p => new Regex($@"\A(?:{p})\z", RegexOptions.CultureInvariant, PatternLimit)).IsMatch(text);

    private static bool Matches(Rule.Text rule, string text) =>
        (rule.Accepts?.Invoke(text) ?? true) && (rule.Pattern is not { } pattern || MatchesPattern(pattern, text));

    private static string Expectation(Rule.Text rule) =>
        rule.Expected ?? (rule.OneOf is { } choices ? Quote.Choice(choices) : rule.Pattern is { } pattern ? $"text that matches {pattern}" : "text");

    private static string Found(Rule.Text rule, string text) =>
        rule.Sensitive ? "the value (not shown, as it may be a secret)" : $"'{Quote.Clean(text)}'";

    private static (string Code, string Message)? CheckPlaceholders(IReadOnlyList<string> allowed, string text)
    {
        foreach (var name in Placeholders.NamesIn(text))
            if (text.Contains($"${{{name}}}", StringComparison.Ordinal))
                return ("unknown-placeholder", $"'${{{Quote.Clean(name)}}}' is not filled in; placeholders stand in braces alone, known: {Names(allowed)}");
            else if (!allowed.Contains(name, StringComparer.Ordinal))
                return ("unknown-placeholder", $"'{{{Quote.Clean(name)}}}' cannot be filled in here; known: {Names(allowed)}");
        return null;
    }

    private static string Names(IReadOnlyList<string> placeholders) => string.Join(' ', placeholders.Select(name => $"{{{name}}}"));
}
