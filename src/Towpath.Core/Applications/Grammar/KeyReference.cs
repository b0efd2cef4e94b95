using System.Globalization;
using System.Text;

namespace Towpath.Core.Applications.Grammar;

/// <summary>Writes the reference of a file's keys as Markdown, from the rules that check them.</summary>
public static class KeyReference
{
    /// <summary>A heading with a table of all keys by path, then one table for each kind that chooses a grammar.</summary>
    public static string Of(string title, Rule.Mapping root)
    {
        var kinds = new List<(string Path, Rule Rule)>();
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"## {title}\n\n");
        Table(text, root, kinds);
        for (var i = 0; i < kinds.Count; i++) Kinds(text, kinds[i].Path, kinds[i].Rule, kinds);
        return text.ToString();
    }

    private static void Kinds(StringBuilder text, string path, Rule rule, List<(string Path, Rule Rule)> kinds)
    {
        var (served, notYet, form) = rule switch
        {
            Rule.ByKind byKind => (byKind.Kinds, byKind.NotYet, $"`{path}` of kind `{{0}}`"),
            Rule.OneKeyOf oneKey => (oneKey.Keys, oneKey.NotYet, $"`{path}`: `{{0}}`"),
            _ => throw new InvalidOperationException($"{rule.GetType().Name} chooses no kind"),
        };
        foreach (var (kind, grammar) in served.OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            text.Append("\n### ").AppendFormat(CultureInfo.InvariantCulture, form, kind).Append("\n\n");
            if (grammar.Keys.Count == 0) text.Append("No keys of its own.\n");
            else Table(text, grammar, kinds);
        }

        if (notYet.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"\nKnown for `{path}`, but not served yet: {string.Join(", ", notYet.Keys.Order(StringComparer.Ordinal).Select(kind => $"`{kind}`"))}.\n");
    }

    private static void Table(StringBuilder text, Rule.Mapping mapping, List<(string Path, Rule Rule)> kinds)
    {
        text.Append("| key | value | meaning |\n|---|---|---|\n");
        Rows(text, "", mapping, kinds);
    }

    private static void Rows(StringBuilder text, string prefix, Rule.Mapping mapping, List<(string Path, Rule Rule)> kinds)
    {
        foreach (var key in mapping.Keys)
        {
            var path = prefix + key.Name;
            var value = key.NotYet is { } area ? $"*not yet: {area}*" : Words(key.Rule) + (key.Required ? "; **required**" : "");
            text.Append(CultureInfo.InvariantCulture, $"| `{path}` | {Cell(value)} | {Cell(key.Description)} |\n");
            if (key.NotYet is null) Nested(text, path, key.Rule, kinds);
        }
    }

    private static void Nested(StringBuilder text, string path, Rule rule, List<(string Path, Rule Rule)> kinds)
    {
        switch (rule)
        {
            case Rule.Mapping mapping: Rows(text, path + ".", mapping, kinds); break;
            case Rule.MapOf map: Nested(text, path + ".NAME", map.Value, kinds); break;
            case Rule.ListOf list: Nested(text, path + "[]", list.Item, kinds); break;
            case Rule.ByKind or Rule.OneKeyOf:
                if (!kinds.Exists(known => ReferenceEquals(known.Rule, rule))) kinds.Add((path, rule));
                break;
            default: break; // The others hold nothing that has keys.
        }
    }

    private static string Words(Rule rule) => rule switch
    {
        Rule.Text text => (text.Expected ?? (text.OneOf is { } choices ? string.Join(" or ", choices.Select(c => $"`{c}`")) : "text")) + Fillable(text),
        Rule.Number number => $"whole number, {NumberText.Bounds(number)}",
        Rule.Toggle => "`true` or `false`",
        Rule.Duration => "duration such as `30s`, `5m`, `2h`, `7d`",
        Rule.ListOf list => $"list{(list.MaximumCount < int.MaxValue ? $" of at most {list.MaximumCount}" : "")}: {Words(list.Item)}{(list.OrOne ? "; or one alone" : "")}",
        Rule.MapOf map => $"mapping of names: {Words(map.Value)}",
        Rule.Mapping { ExactlyOneOf: { Count: > 0 } choice } => $"mapping, exactly one of {string.Join(", ", choice.Select(c => $"`{c}`"))}",
        Rule.Mapping => "mapping",
        Rule.ByKind => "mapping, see its kinds below",
        Rule.OneKeyOf => "mapping of one key, see below",
        Rule.Again again => again.Words,
        Rule.Anything => "anything",
        _ => throw new InvalidOperationException($"no words for the rule {rule.GetType().Name}"),
    };

    private static string Fillable(Rule.Text text) =>
        text.Placeholders is { Count: > 0 } names ? $"; fills in {string.Join(' ', names.Select(name => $"`{{{name}}}`"))}" : "";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
