using System.Text;

namespace Towpath.Core.Applications.Yaml;

/// <summary>What is refused before any YAML is read: too much text, and characters that have no place in it.</summary>
internal static class YamlText
{
    /// <summary>The text without a byte order mark, or null with one error.</summary>
    public static string? Accept(string file, string text, SpecErrors errors)
    {
        if (text.Length > YamlLimits.Size || Encoding.UTF8.GetByteCount(text) > YamlLimits.Size)
        {
            errors.Add(new Place(file, 1, 1), "too-large", $"the file is larger than {YamlLimits.Size / 1024} KiB; split it or remove what does not belong here");
            return null;
        }

        // The parser takes a NUL for the end of the file, which would silently hide whatever follows.
        for (var i = 0; i < text.Length; i++)
            if (!Belongs(text[i]))
            {
                errors.Add(PlaceOf(file, text, i), "not-text", $"the character U+{(int)text[i]:X4} has no place in a spec; save the file as UTF-8 text without it");
                return null;
            }

        return text.StartsWith('\uFEFF') ? text[1..] : text;
    }

    /// <summary>
    /// The first character of a value that an escape made and that has no place in it: control characters, which could steer a terminal or cut
    /// off a path, and halves of a pair, which no UTF-8 can hold.
    /// </summary>
    public static char? FirstUnfit(string value)
    {
        for (var i = 0; i < value.Length; i++)
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1])) i++;
            else if (char.IsSurrogate(value[i]) || !Belongs(value[i])) return value[i];
        return null;
    }

    // U+FFFD stands where bytes were not UTF-8.
    private static bool Belongs(char c) => c switch
    {
        '\n' or '\r' or '\t' => true,
        < ' ' or '\x7f' or '\uFFFD' => false,
        _ => true,
    };

    private static Place PlaceOf(string file, string text, int index)
    {
        var before = text.AsSpan(0, index);
        return new Place(file, before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }
}
