namespace Towpath.Core.Applications.Yaml;

/// <summary>What anchors of one file name, how many values each stands for and how deep they lie, so that aliases of aliases cannot grow without being counted.</summary>
internal sealed class YamlAnchors
{
    private readonly Dictionary<string, (SpecNode Node, int Size, int Height)> _anchors = new(StringComparer.Ordinal);

    /// <summary>A later anchor of the same name takes its place, as YAML has it.</summary>
    public void Add(string name, SpecNode node, int size) => _anchors[name] = (node, size, HeightOf(node));

    public (SpecNode Node, int Size, int Height)? Find(string name) => _anchors.TryGetValue(name, out var found) ? found : null;

    /// <summary>Whether this is <c>&lt;&lt;</c> with mappings to merge.</summary>
    public static bool IsMerge(SpecNode key, SpecNode value) => key is SpecNode.Scalar { Plain: true, Value: "<<" }
        && (value is SpecNode.Mapping || (value is SpecNode.Sequence sequence && sequence.Items.All(item => item is SpecNode.Mapping)));

    /// <summary>Adds what the mapping does not have itself; of several merged ones the first wins.</summary>
    public static void Merge(List<SpecNode.Entry> entries, IReadOnlyList<SpecNode> merged)
    {
        if (merged.Count == 0) return;
        var names = entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var node in merged.SelectMany(value => value is SpecNode.Sequence sequence ? sequence.Items : [value]))
            entries.AddRange(node.EntriesOrNone.Where(entry => names.Add(entry.Key)));
    }

    private static int HeightOf(SpecNode node) => node switch
    {
        SpecNode.Mapping mapping => 1 + mapping.Entries.Select(entry => HeightOf(entry.Value)).DefaultIfEmpty().Max(),
        SpecNode.Sequence sequence => 1 + sequence.Items.Select(HeightOf).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
