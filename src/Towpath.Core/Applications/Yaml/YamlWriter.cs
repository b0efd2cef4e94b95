using System.Globalization;
using System.Text;

namespace Towpath.Core.Applications.Yaml;

/// <summary>Writes nodes as YAML in block style. What it writes reads back as the same values.</summary>
internal static class YamlWriter
{
    public static string Write(SpecNode root)
    {
        var text = new StringBuilder();
        Value(text, root, 0, inList: true);
        return text.ToString();
    }

    /// <summary>Writes what stands after a key's colon or a list's dash, with the end of its line.</summary>
    private static void Value(StringBuilder text, SpecNode node, int indent, bool inList)
    {
        switch (node)
        {
            case SpecNode.Mapping { Entries.Count: > 0 } mapping:
                Entries(text, mapping, indent, inList);
                break;
            case SpecNode.Sequence { Items.Count: > 0 } sequence:
                Items(text, sequence, indent, inList);
                break;
            default:
                text.Append(inList ? "" : " ").Append(Inline(node)).Append('\n');
                break;
        }
    }

    // The first key of a mapping in a list stands on the line of the dash.
    private static void Entries(StringBuilder text, SpecNode.Mapping mapping, int indent, bool inList)
    {
        if (!inList) text.Append('\n');
        for (var i = 0; i < mapping.Entries.Count; i++)
        {
            if (i > 0 || !inList) text.Append(' ', indent);
            text.Append(Text(mapping.Entries[i].Key, plain: false)).Append(':');
            Value(text, mapping.Entries[i].Value, indent + 2, inList: false);
        }
    }

    private static void Items(StringBuilder text, SpecNode.Sequence sequence, int indent, bool inList)
    {
        if (!inList) text.Append('\n');
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            if (i > 0 || !inList) text.Append(' ', indent);
            text.Append("- ");
            Value(text, sequence.Items[i], indent + 2, inList: true);
        }
    }

    private static string Inline(SpecNode node) => node switch
    {
        SpecNode.Mapping => "{}",
        SpecNode.Sequence => "[]",
        SpecNode.Scalar { IsNothing: true } => "null",
        SpecNode.Scalar scalar => Text(scalar.Value, scalar.Plain),
        _ => "",
    };

    private static string Text(string value, bool plain) => CanBePlain(value) && (plain || !LooksLikeSomethingElse(value)) ? value : Quoted(value);

    private static bool CanBePlain(string value) => value.Length > 0 && (char.IsAsciiLetterOrDigit(value[0]) || value[0] is '/' or '.' or '_' or '~')
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '@' or '+' or '*' or '=' or '~')
        && value is not ("..." or "---");

    /// <summary>Numbers, toggles and nothing, in the spellings of YAML 1.1 too, for whoever reads the text with another parser.</summary>
    private static bool LooksLikeSomethingElse(string value) =>
        char.IsAsciiDigit(value[0]) || value[0] is '.' or '~'
        || value.ToLowerInvariant() is "true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n";

    private static string Quoted(string value)
    {
        var quoted = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        return quoted.Append('"').ToString();
    }
}
