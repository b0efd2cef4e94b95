using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Towpath.Core.Applications.Yaml;

/// <summary>
/// Reads one YAML document into nodes that know their place. Everything by which YAML can grow or run (anchors, aliases,
/// tags, merge keys) is refused, and size, depth and count are bounded. Files of others, written before they came here, may keep anchors, aliases
/// and merge keys; each use then counts as if it were written out.
/// </summary>
internal sealed class YamlReader
{
    private readonly string _file;
    private readonly SpecErrors _errors;
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly YamlAnchors? _anchors;
    private int _nodes;

    private YamlReader(string file, string text, SpecErrors errors, bool keepsAliases)
    {
        _anchors = keepsAliases ? new YamlAnchors() : null;
        _file = file;
        _errors = errors;
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
    }

    /// <summary>The root, or null where the file is empty or broken; the latter is an error with its place.</summary>
    public static SpecNode? Read(string file, string text, SpecErrors errors, bool keepsAliases = false)
    {
        if (YamlText.Accept(file, text, errors) is not { } accepted) return null;
        var reader = new YamlReader(file, accepted, errors, keepsAliases);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException broken)
        {
            errors.Add(reader.PlaceOf(broken), "broken-yaml", $"this is not YAML: {YamlWords.Of(broken)}");
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The parser answers some broken texts with an exception of the framework; the scanner stands at the culprit.
            errors.Add(reader.PlaceOf(reader._scanner.CurrentPosition), "broken-yaml", "this is not YAML: the text up to here cannot be read");
        }
        catch (TooMuchException tooMuch)
        {
            errors.Add(tooMuch.At, tooMuch.Code, tooMuch.Message);
        }

        return null;
    }

    private SpecNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _)) return null;
        _parser.Consume<DocumentStart>();
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
            _errors.Add(PlaceOf(second.Start), "several-documents", "a second document begins here; a file holds one");
        return root is SpecNode.Scalar { IsNothing: true } ? null : root;
    }

    private SpecNode ReadNode(int depth)
    {
        var current = _parser.Current ?? (_parser.MoveNext() ? _parser.Current! : throw new YamlException("the file ends too early"));
        var at = PlaceOf(current.Start);
        RefuseDepth(depth, at);
        var before = _nodes;
        Count(1, at);
        RefuseProperties(current, at);
        var node = current switch
        {
            Scalar => ReadScalar(at),
            SequenceStart => ReadSequence(at, depth),
            MappingStart => ReadMapping(at, depth),
            AnchorAlias => ReadAlias(at, depth),
            _ => throw new YamlException(current.Start, current.End, "a value was expected"),
        };
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors?.Add(anchored.Anchor.Value, node, _nodes - before);
        return node;
    }

    private static void RefuseDepth(int depth, Place at)
    {
        if (depth > YamlLimits.Depth) throw new TooMuchException(at, "too-deep", $"more than {YamlLimits.Depth} levels inside each other");
    }

    private void Count(int nodes, Place at)
    {
        _nodes += nodes;
        if (_nodes > YamlLimits.Nodes) throw new TooMuchException(at, "too-many-values", $"more than {YamlLimits.Nodes} values in one file");
    }

    private SpecNode ReadScalar(Place at)
    {
        var scalar = _parser.Consume<Scalar>();
        if (YamlText.FirstUnfit(scalar.Value) is { } unfit)
        {
            _errors.Add(at, "not-text", $"the character U+{(int)unfit:X4} has no place in a spec; take out the escape that makes it");
            return new SpecNode.Refused(at);
        }

        return new SpecNode.Scalar(at, scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private SpecNode ReadAlias(Place at, int depth)
    {
        var alias = _parser.Consume<AnchorAlias>();
        if (_anchors?.Find(alias.Value.Value) is var (node, size, height))
        {
            Count(size, at);
            RefuseDepth(depth + height, at);
            return node;
        }

        if (_anchors is not null)
        {
            _errors.Add(at, "alias", $"there is no anchor '&{Quote.Clean(alias.Value.Value)}' above this line");
            return new SpecNode.Refused(at);
        }

        _errors.Add(at, "alias", "aliases (*name) are refused; write the value out, or put what is shared under 'defaults' in organization.yaml");
        return new SpecNode.Refused(at);
    }

    private SpecNode.Sequence ReadSequence(Place at, int depth)
    {
        _parser.Consume<SequenceStart>();
        var items = new List<SpecNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(depth + 1));
        return new SpecNode.Sequence(at, items);
    }

    private SpecNode.Mapping ReadMapping(Place at, int depth)
    {
        _parser.Consume<MappingStart>();
        var (entries, merged) = (new List<SpecNode.Entry>(), new List<SpecNode>());
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (_anchors is not null && YamlAnchors.IsMerge(key, value)) merged.Add(value);
            else if (KeyText(key) is { } name && IsNew(places, name, key.At)) entries.Add(new SpecNode.Entry(key.At, name, value));
        }

        YamlAnchors.Merge(entries, merged);
        return new SpecNode.Mapping(at, entries);
    }

    private string? KeyText(SpecNode key)
    {
        if (key is SpecNode.Refused) return null;
        if (key is not SpecNode.Scalar { IsNothing: false } scalar)
            _errors.Add(key.At, "wrong-type", $"a key is text, but here it is {key.Words}");
        else if (scalar is { Plain: true, Value: "<<" })
            _errors.Add(key.At, "merge-key", "merge keys (<<) are refused; put what is shared under 'defaults' in organization.yaml");
        else
            return scalar.Value;
        return null;
    }

    private bool IsNew(Dictionary<string, Place> places, string name, Place at)
    {
        if (places.TryAdd(name, at)) return true;
        _errors.Add(at, "duplicate-key", $"'{Quote.Clean(name)}' stands here twice; the first is in line {places[name].Line}");
        return false;
    }

    private void RefuseProperties(ParsingEvent current, Place at)
    {
        if (current is not NodeEvent node) return;
        if (_anchors is null && !node.Anchor.IsEmpty && current is not AnchorAlias)
            _errors.Add(at, "anchor", "anchors (&name) are refused; put what is shared under 'defaults' in organization.yaml");
        if (!node.Tag.IsEmpty) _errors.Add(at, "tag", "tags (!name) are refused; a value's place says what it is");
    }

    // Some of the parser's errors do not say where they are; the scanner stands there.
    private Place PlaceOf(YamlException broken) => PlaceOf(broken.Start.Index == 0 && broken.End.Index == 0 ? _scanner.CurrentPosition : broken.Start);

    private Place PlaceOf(Mark mark) => new(_file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private sealed class TooMuchException(Place at, string code, string message) : Exception(message)
    {
        public Place At { get; } = at;

        public string Code { get; } = code;
    }
}
