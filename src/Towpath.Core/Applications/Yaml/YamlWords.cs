using YamlDotNet.Core;

namespace Towpath.Core.Applications.Yaml;

/// <summary>The parser's messages, without the context that the position already gives, and with what to do where people commonly stumble.</summary>
internal static class YamlWords
{
    public static string Of(YamlException broken)
    {
        var text = broken.Message.TrimEnd('.').ReplaceLineEndings(" ");
        if (text.Contains("cannot start any token", StringComparison.OrdinalIgnoreCase))
            return "a character that cannot begin a value (indent with spaces, never tabs, and put text that begins with a special character in quotes)";
        return Quote.Clean(Lower(text));
    }

    private static string Lower(string text) => text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : text;
}
