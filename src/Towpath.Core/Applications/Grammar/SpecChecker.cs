using System.Globalization;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications.Grammar;

/// <summary>Compares values with their rules and reports everything that does not fit.</summary>
/// <param name="errors">Where it reports to.</param>
/// <param name="isPartial">Whether keys may be missing, as in <c>defaults</c>.</param>
/// <param name="subject">For whom it checks, named where a value comes from another file than the subject's own.</param>
internal sealed class SpecChecker(SpecErrors errors, bool isPartial = false, string? subject = null)
{
    /// <summary>Whether something could not be checked since the reader had refused it.</summary>
    public bool MetRefused { get; private set; }

    public void Check(SpecNode node, Rule rule)
    {
        // What could not be read was reported by the reader.
        if (node is SpecNode.Refused)
        {
            MetRefused = true;
            return;
        }

        switch (rule)
        {
            case Rule.Text text: CheckText(node, text); break;
            case Rule.Number number: CheckNumber(node, number); break;
            case Rule.Toggle: CheckToggle(node); break;
            case Rule.Duration: CheckDuration(node); break;
            case Rule.ListOf list: CheckList(node, list); break;
            case Rule.MapOf map: CheckMap(node, map); break;
            case Rule.Mapping mapping: CheckMapping(node, mapping); break;
            case Rule.ByKind kinds: CheckByKind(node, kinds); break;
            case Rule.OneKeyOf keys: CheckOneKey(node, keys); break;
            case Rule.Again again: Check(node, again.Rule()); break;
            case Rule.Anything: break;
            default: throw new InvalidOperationException($"no check for the rule {rule.GetType().Name}");
        }
    }

    private void CheckText(SpecNode node, Rule.Text rule)
    {
        if (node is not SpecNode.Scalar { IsNothing: false } scalar) WrongType(node, rule.Expected ?? "text");
        else if (TextRules.Check(rule, scalar.Value) is var (code, message)) errors.Add(node.At, code, message);
    }

    private void CheckNumber(SpecNode node, Rule.Number rule)
    {
        if (node is not SpecNode.Scalar { IsNothing: false } scalar) WrongType(node, "a whole number");
        else if (!scalar.Plain || !NumberText.TryParse(scalar.Value, out var number))
            errors.Add(node.At, "wrong-type", $"expected a whole number without quotes, found '{Quote.Clean(scalar.Value)}'");
        else if (number < rule.Minimum || number > rule.Maximum)
            errors.Add(node.At, "bad-value", $"{number} is out of bounds; expected {NumberText.Bounds(rule)}");
    }

    private void CheckToggle(SpecNode node)
    {
        if (node is not SpecNode.Scalar { IsNothing: false } scalar) WrongType(node, "true or false");
        else if (!scalar.Plain || scalar.Value is not ("true" or "false"))
            errors.Add(node.At, "wrong-type", $"expected true or false, found '{Quote.Clean(scalar.Value)}'");
    }

    private void CheckDuration(SpecNode node)
    {
        if (node is not SpecNode.Scalar { IsNothing: false } scalar) WrongType(node, "a duration such as 30s, 5m, 2h or 7d");
        else if (!DurationText.TryParse(scalar.Value, out _))
            errors.Add(node.At, "bad-value", $"'{Quote.Clean(scalar.Value)}' is not a duration; expected {DurationText.Expected}");
    }

    private void CheckList(SpecNode node, Rule.ListOf rule)
    {
        if (node is SpecNode.Sequence sequence)
        {
            foreach (var item in sequence.Items.Take(rule.MaximumCount)) Check(item, rule.Item);
            if (sequence.Items.Count < rule.MinimumCount) errors.Add(node.At, "bad-value", $"the list is empty; expected at least {rule.MinimumCount}");
            if (sequence.Items.Count > rule.MaximumCount) errors.Add(node.At, "bad-value", $"the list has {sequence.Items.Count} items; expected at most {rule.MaximumCount}");
        }
        else if (rule.OrOne && node is not SpecNode.Scalar { IsNothing: true }) Check(node, rule.Item);
        else WrongType(node, "a list");
    }

    private void CheckMap(SpecNode node, Rule.MapOf rule)
    {
        if (node is not SpecNode.Mapping mapping)
        {
            WrongType(node, "a mapping of names");
            return;
        }

        foreach (var entry in mapping.Entries)
        {
            if (!AcceptsName(rule, entry.Key))
                errors.Add(entry.At, "bad-name", $"'{Quote.Clean(entry.Key)}' is not a name that can stand here; expected {rule.NameExpected ?? rule.NamePattern}");
            Check(entry.Value, rule.Value);
        }

        if (mapping.Entries.Count < rule.MinimumCount && !isPartial)
            errors.Add(node.At, "bad-value", $"nothing stands here; expected at least {rule.MinimumCount}");
    }

    private static bool AcceptsName(Rule.MapOf rule, string name) =>
        (rule.AcceptsName?.Invoke(name) ?? true) && (rule.NamePattern is not { } pattern || TextRules.MatchesPattern(pattern, name));

    private void CheckMapping(SpecNode node, Rule.Mapping rule)
    {
        if (node is SpecNode.Mapping mapping) CheckEntries(mapping, rule, except: null);
        else WrongType(node, $"a mapping ({KeyNames(rule)})");
    }

    private void CheckEntries(SpecNode.Mapping mapping, Rule.Mapping rule, string? except)
    {
        foreach (var entry in mapping.Entries)
            if (!string.Equals(entry.Key, except, StringComparison.Ordinal)) CheckEntry(entry, rule);
        if (isPartial) return;
        var misspelt = Misspelt(mapping, rule, except);
        foreach (var key in rule.Keys)
            if (key is { Required: true, NotYet: null } && mapping.Find(key.Name) is null && !misspelt.Contains(key.Name))
                Missing(mapping, $"'{key.Name}' is missing: {key.Description}");
        CheckChoice(mapping, rule.ExactlyOneOf, misspelt);
    }

    /// <summary>The keys that misspelt ones probably mean: these are not missing too.</summary>
    private static string[] Misspelt(SpecNode.Mapping mapping, Rule.Mapping rule, string? except) =>
    [
        .. mapping.Entries
            .Where(entry => rule.Find(entry.Key) is null && !string.Equals(entry.Key, except, StringComparison.Ordinal))
            .Select(entry => Nearest.To(entry.Key, rule.Keys.Select(key => key.Name)))
            .OfType<string>(),
    ];

    private void CheckEntry(SpecNode.Entry entry, Rule.Mapping rule)
    {
        if (rule.Find(entry.Key) is not { } key)
            errors.Add(entry.At, "unknown-key", UnknownKey(entry.Key, rule));
        else if (key.NotYet is { } area)
            errors.Add(entry.At, "not-yet", $"'{key.Name}' is known, but nothing serves it yet ({area}); take it out until then");
        else
            Check(entry.Value, key.Rule);
    }

    private static string UnknownKey(string name, Rule.Mapping rule)
    {
        var known = rule.Keys.Select(k => k.Name);
        var hint = Nearest.Hint(name, known);
        return $"unknown key '{Quote.Clean(name)}'{(hint.Length > 0 ? hint : $"; known here: {KeyNames(rule)}")}";
    }

    private void CheckChoice(SpecNode.Mapping mapping, IReadOnlyList<string> choice, string[] misspelt)
    {
        if (choice.Count == 0) return;
        var given = mapping.Entries.Where(e => choice.Contains(e.Key, StringComparer.Ordinal)).ToArray();
        if (given.Length == 0 && !choice.Any(misspelt.Contains)) Missing(mapping, $"one of {Quote.Choice(choice)} is missing");
        foreach (var extra in given.Skip(1))
            errors.Add(extra.At, "bad-value", $"'{extra.Key}' and '{given[0].Key}' exclude each other; keep exactly one");
    }

    private void CheckByKind(SpecNode node, Rule.ByKind rule)
    {
        if (node is not SpecNode.Mapping mapping) WrongType(node, "a mapping with 'kind'");
        else if (mapping["kind"] is not { } kind) MissingKind(mapping, rule);
        else if (kind is SpecNode.Refused) MetRefused = true;
        else if (kind is not SpecNode.Scalar { IsNothing: false } scalar) WrongType(kind, "the name of a kind");
        else if (rule.Kinds.TryGetValue(scalar.Value, out var grammar)) CheckEntries(mapping, grammar, except: "kind");
        else UnknownKind(kind.At, scalar.Value, rule.Kinds.Keys, rule.NotYet);
    }

    // Defaults may hold a part of a target and leave the kind to each application; then any kind's keys may be meant.
    private void MissingKind(SpecNode.Mapping mapping, Rule.ByKind rule)
    {
        if (!isPartial) Missing(mapping, $"'kind' is missing; known: {Names(rule.Kinds.Keys)}");
    }

    private void CheckOneKey(SpecNode node, Rule.OneKeyOf rule)
    {
        if (node is not SpecNode.Mapping { Entries.Count: > 0 } mapping)
        {
            WrongType(node, $"a mapping with one of {Quote.Choice(rule.Keys.Keys.Order(StringComparer.Ordinal))}");
            return;
        }

        foreach (var extra in mapping.Entries.Skip(1))
            errors.Add(extra.At, "bad-value", $"'{Quote.Clean(extra.Key)}' needs an item of its own: begin the line with '- '");
        foreach (var entry in mapping.Entries)
            if (rule.Keys.TryGetValue(entry.Key, out var grammar)) Check(entry.Value, grammar);
            else UnknownKind(entry.At, entry.Key, rule.Keys.Keys, rule.NotYet);
    }

    private void UnknownKind(Place at, string name, IEnumerable<string> known, IReadOnlyDictionary<string, string> notYet)
    {
        if (notYet.TryGetValue(name, out var area))
            errors.Add(at, "not-yet", $"'{name}' is known, but nothing serves it yet ({area})");
        else
        {
            var hint = Nearest.Hint(name, known.Concat(notYet.Keys));
            errors.Add(at, "unknown-kind", $"'{Quote.Clean(name)}' is not known here{(hint.Length > 0 ? hint : $"; known: {Names(known)}")}");
        }
    }

    private void Missing(SpecNode node, string message) => errors.Add(node.At, "missing-key", message + ForSubject(node));

    private void WrongType(SpecNode node, string expected) =>
        errors.Add(node.At, "wrong-type", $"expected {expected}, found {node.Words}{ForSubject(node)}");

    private string ForSubject(SpecNode node) =>
        subject is null || string.Equals(node.At.File, subject, StringComparison.Ordinal) ? "" : $" (in the defaults, as {subject} has them)";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));

    private static string KeyNames(Rule.Mapping rule) =>
        rule.Keys.Count == 0 ? "nothing" : string.Join(", ", rule.Keys.Where(k => k.NotYet is null).Select(k => k.Name));
}

/// <summary>Whole numbers as YAML's core schema writes them in decimal, without the forms that surprise (octal, underscores).</summary>
internal static class NumberText
{
    public static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && (text.Length == 1 || text.TrimStart('-', '+')[0] != '0');

    public static string Bounds(Rule.Number rule) => rule.Maximum == long.MaxValue
        ? $"at least {rule.Minimum}"
        : $"{rule.Minimum} to {rule.Maximum}";
}
