using System.Text.Json;
using System.Text.RegularExpressions;

namespace Towpath.Server.Web;

/// <summary>Says what is wrong with a JSON body without naming our types.</summary>
internal static partial class JsonWords
{
    public static string Of(JsonException exception)
    {
        var message = exception.Message;
        if (Unknown().Match(message) is { Success: true } unknown) return $"Unknown property '{Short(unknown.Groups["name"].Value)}'. Leave it out, or correct its name.";
        if (Missing().Match(message) is { Success: true } missing) return $"Required and missing: {Short(missing.Groups["name"].Value)}.";
        if (message.Contains("Duplicate", StringComparison.Ordinal)) return $"The property at {Place(exception)} stands there twice.";
        if (message.Contains("depth", StringComparison.Ordinal)) return "The body is nested too deeply.";
        return $"The body is not the JSON that is expected here: wrong at {Place(exception)}.";
    }

    private static string Place(JsonException exception) => exception.Path is { Length: > 0 } path
        ? $"'{Short(path)}'"
        : $"line {exception.LineNumber.GetValueOrDefault() + 1}, byte {exception.BytePositionInLine.GetValueOrDefault() + 1}";

    private static string Short(string text) => PlainLines.Of(text.Length > 120 ? text[..120] : text);

    [GeneratedRegex("^The JSON property '(?<name>.*)' could not be mapped", RegexOptions.Singleline, 1000)]
    private static partial Regex Unknown();

    [GeneratedRegex("missing required properties including: (?<name>.*?)\\.?$", RegexOptions.Singleline, 1000)]
    private static partial Regex Missing();
}
