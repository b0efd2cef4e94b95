namespace Towpath.Core.Applications.Yaml;

/// <summary>Where something stands in a file. Line and column count from 1.</summary>
public readonly record struct Place(string File, int Line, int Column);

/// <summary>One value of a file that people wrote. After a merge, every node still knows the file that it came from.</summary>
public abstract record SpecNode(Place At)
{
    /// <summary>Text. <paramref name="Plain"/> where it stood without quotes, so that it may also be a number or nothing.</summary>
    public sealed record Scalar(Place At, string Value, bool Plain) : SpecNode(At)
    {
        /// <summary>YAML's ways to write nothing.</summary>
        public bool IsNothing => Plain && Value is ("" or "~" or "null" or "Null" or "NULL");
    }

    /// <summary>Something that YAML allows and specs do not; the reader has reported it.</summary>
    public sealed record Refused(Place At) : SpecNode(At);

    public sealed record Sequence(Place At, IReadOnlyList<SpecNode> Items) : SpecNode(At);

    public sealed record Mapping(Place At, IReadOnlyList<Entry> Entries) : SpecNode(At)
    {
        public Entry? Find(string key)
        {
            foreach (var entry in Entries)
                if (string.Equals(entry.Key, key, StringComparison.Ordinal)) return entry;
            return null;
        }

        public SpecNode? this[string key] => Find(key)?.Value;
    }

    /// <summary>A key and its value. Keys within a mapping are unique.</summary>
    public sealed record Entry(Place At, string Key, SpecNode Value);

    /// <summary>The value under a path of keys, where all of them are mappings.</summary>
    public SpecNode? Find(params ReadOnlySpan<string> path)
    {
        var node = this;
        foreach (var key in path)
        {
            if (node is not Mapping mapping || mapping[key] is not { } value) return null;
            node = value;
        }

        return node;
    }

    /// <summary>The entries where this is a mapping, else none.</summary>
    public IReadOnlyList<Entry> EntriesOrNone => this is Mapping mapping ? mapping.Entries : [];

    /// <summary>The items where this is a list, the node itself where it is a lone scalar, else none.</summary>
    public IEnumerable<Scalar> ScalarsOrNone => this switch
    {
        Sequence sequence => sequence.Items.OfType<Scalar>(),
        Scalar { IsNothing: false } scalar => [scalar],
        _ => [],
    };

    /// <summary>What it is, for error messages.</summary>
    public string Words => this switch
    {
        Mapping => "a mapping",
        Sequence => "a list",
        Scalar { IsNothing: true } => "nothing",
        _ => "text",
    };
}
