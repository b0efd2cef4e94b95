using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Applications.Grammar;

namespace Towpath.Core.Applications.Yaml;

/// <summary>
/// Values as JSON where no rule says what they are: plain decimal numbers, truth values and nothing by YAML's core schema, everything else as text,
/// dates included.
/// </summary>
internal static class YamlJson
{
    public static JsonNode? Of(SpecNode node) => node switch
    {
        SpecNode.Mapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key, Of(entry.Value)))),
        SpecNode.Sequence sequence => new JsonArray([.. sequence.Items.Select(Of)]),
        SpecNode.Scalar { IsNothing: true } or SpecNode.Refused => null,
        SpecNode.Scalar { Plain: true } scalar => Plain(scalar.Value),
        SpecNode.Scalar scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"no JSON for {node.Words}"),
    };

    private static JsonValue Plain(string text) => text switch
    {
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when NumberText.TryParse(text, out var number) => JsonValue.Create(number),
        _ when IsDecimal(text) => JsonValue.Create(decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(text),
    };

    /// <summary>Such as <c>1.5</c>, and short enough to be exact.</summary>
    private static bool IsDecimal(string text)
    {
        var digits = text.TrimStart('-', '+');
        var dot = digits.IndexOf('.', StringComparison.Ordinal);
        return text.Length - digits.Length <= 1 && digits.Length is > 2 and <= 15 && dot > 0 && dot < digits.Length - 1
            && (dot == 1 || digits[0] != '0') && digits.Where((_, i) => i != dot).All(char.IsAsciiDigit);
    }
}
