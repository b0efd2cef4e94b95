using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications;

/// <summary>
/// Puts the organization's defaults under an application. Mappings merge; lists and text replace; the application wins.
/// Where both choose between keys that exclude each other, or name another <c>kind</c>, the application's choice
/// replaces the default whole. Every value keeps its place, so that errors point at the file that it came from.
/// </summary>
internal static class SpecMerge
{
    public static SpecNode.Mapping Merge(SpecNode.Mapping own, SpecNode.Mapping defaults, Rule? rule)
    {
        var inherited = defaults.Entries.Where(entry => !IsDisplaced(entry.Key, own, rule)).ToArray();
        var entries = new List<SpecNode.Entry>(own.Entries.Count + inherited.Length);
        foreach (var entry in own.Entries)
            entries.Add(defaults.Find(entry.Key) is { } under ? entry with { Value = MergeValue(entry.Value, under.Value, RuleOf(rule, own, entry.Key)) } : entry);
        InsertInOrder(entries, inherited);
        return own with { Entries = entries };
    }

    private static SpecNode MergeValue(SpecNode own, SpecNode under, Rule? rule) =>
        (own, under) is (SpecNode.Mapping mapping, SpecNode.Mapping defaults) && rule is not Rule.ListOf && !NamesAnotherKind(mapping, defaults, rule)
            ? Merge(mapping, defaults, rule)
            : own;

    /// <summary>
    /// A default that the application does not name stands before the next one that it does name, so that defaults for dev, staging
    /// and production keep their order under an application that adds to production alone.
    /// </summary>
    private static void InsertInOrder(List<SpecNode.Entry> entries, SpecNode.Entry[] inherited)
    {
        var position = entries.Count;
        for (var i = inherited.Length - 1; i >= 0; i--)
        {
            var named = entries.FindIndex(entry => string.Equals(entry.Key, inherited[i].Key, StringComparison.Ordinal));
            if (named >= 0) position = named;
            else entries.Insert(position, inherited[i]);
        }
    }

    private static bool IsDisplaced(string key, SpecNode.Mapping own, Rule? rule) =>
        rule is Rule.Mapping { ExactlyOneOf: { Count: > 0 } choice } && choice.Contains(key, StringComparer.Ordinal)
        && own.Find(key) is null && own.Entries.Any(entry => choice.Contains(entry.Key, StringComparer.Ordinal));

    private static bool NamesAnotherKind(SpecNode.Mapping own, SpecNode.Mapping defaults, Rule? rule) =>
        rule is Rule.ByKind && own["kind"] is SpecNode.Scalar kind && defaults["kind"] is SpecNode.Scalar other
        && !string.Equals(kind.Value, other.Value, StringComparison.Ordinal);

    private static Rule? RuleOf(Rule? rule, SpecNode.Mapping own, string key) => rule switch
    {
        Rule.Mapping mapping => mapping.Find(key)?.Rule,
        Rule.MapOf map => map.Value,
        Rule.ByKind kinds when own["kind"] is SpecNode.Scalar kind => kinds.Kinds.GetValueOrDefault(kind.Value)?.Find(key)?.Rule,
        _ => null,
    };
}
