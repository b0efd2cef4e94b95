using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Towpath.GitHubEmulator.Description;

/// <summary>Checks values against the schemas of OpenAPI 3.0, as far as GitHub's description uses them.</summary>
internal sealed class SchemaCheck(OpenApiDescription description)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What is wrong, with where; empty where all is right.</summary>
    public List<string> Check(JsonElement schema, JsonElement value, string at = "")
    {
        var wrong = new List<string>();
        Check(description.Resolve(schema), value, at, wrong);
        return wrong;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> wrong)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            if (!Nullable(schema)) wrong.Add($"{at}: null");
            return;
        }

        CheckType(schema, value, at, wrong);
        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(a => JsonElement.DeepEquals(a, value))) wrong.Add($"{at}: {Short(value)} is none of {allowed}");
        if (schema.TryGetProperty("allOf", out var all))
        {
            if (IsEither(all)) CheckChoice(schema, "allOf", value, at, wrong);
            else
                foreach (var each in all.EnumerateArray()) wrong.AddRange(Check(each, value, at));
        }

        CheckChoice(schema, "oneOf", value, at, wrong);
        CheckChoice(schema, "anyOf", value, at, wrong);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(schema, value, at, wrong);
                break;
            case JsonValueKind.Array:
                CheckArray(schema, value, at, wrong);
                break;
            case JsonValueKind.String:
                CheckText(schema, value.GetString()!, at, wrong);
                break;
            case JsonValueKind.Number:
                if (schema.TryGetProperty("minimum", out var least) && value.GetDouble() < least.GetDouble()) wrong.Add($"{at}: {value} is less than {least}");
                if (schema.TryGetProperty("maximum", out var most) && value.GetDouble() > most.GetDouble()) wrong.Add($"{at}: {value} is more than {most}");
                break;
        }
    }

    /// <summary>The list of installations says that an account is a person and an enterprise at once; the single installation says either.</summary>
    private static bool IsEither(JsonElement all) =>
        all.GetArrayLength() == 2 && all.EnumerateArray().Any(c => c.TryGetProperty("title", out var title) && title.GetString() == "Enterprise");

    private bool Nullable(JsonElement schema)
    {
        if (schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean()) return true;
        foreach (var name in (string[])["oneOf", "anyOf", "allOf"])
            if (schema.TryGetProperty(name, out var choice) && choice.EnumerateArray().Any(c => Nullable(description.Resolve(c)))) return true;
        return schema.TryGetProperty("type", out var type) ? type.ValueKind == JsonValueKind.String && type.GetString() == "null" : !schema.EnumerateObject().Any(m => m.Name is "oneOf" or "anyOf" or "allOf" or "properties");
    }

    private static void CheckType(JsonElement schema, JsonElement value, string at, List<string> wrong)
    {
        if (!schema.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String) return;
        var right = type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() % 1 == 0,
            "number" => value.ValueKind == JsonValueKind.Number,
            _ => true,
        };
        if (!right) wrong.Add($"{at}: {Short(value)} is no {type}");
    }

    private void CheckChoice(JsonElement schema, string name, JsonElement value, string at, List<string> wrong)
    {
        if (!schema.TryGetProperty(name, out var choices)) return;
        var tried = choices.EnumerateArray().Select(c => Check(c, value, at)).ToList();
        if (tried.TrueForAll(t => t.Count > 0)) wrong.Add($"{at}: fits none of {name}: {string.Join(" / ", tried.Select(t => t[0]))}");
    }

    private void CheckObject(JsonElement schema, JsonElement value, string at, List<string> wrong)
    {
        if (schema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray())
                if (!value.TryGetProperty(name.GetString()!, out _)) wrong.Add($"{at}: {name} is missing");
        var known = schema.TryGetProperty("properties", out var properties);
        var others = schema.TryGetProperty("additionalProperties", out var additional);
        foreach (var member in value.EnumerateObject())
        {
            if (known && properties.TryGetProperty(member.Name, out var own)) wrong.AddRange(Check(own, member.Value, $"{at}/{member.Name}"));
            else if (others && additional.ValueKind == JsonValueKind.False) wrong.Add($"{at}: {member.Name} is not known");
            else if (others && additional.ValueKind == JsonValueKind.Object) wrong.AddRange(Check(additional, member.Value, $"{at}/{member.Name}"));
        }
    }

    private void CheckArray(JsonElement schema, JsonElement value, string at, List<string> wrong)
    {
        if (schema.TryGetProperty("items", out var items))
        {
            var index = 0;
            foreach (var item in value.EnumerateArray()) wrong.AddRange(Check(items, item, $"{at}/{index++}"));
        }

        if (schema.TryGetProperty("minItems", out var least) && value.GetArrayLength() < least.GetInt32()) wrong.Add($"{at}: fewer than {least}");
        if (schema.TryGetProperty("maxItems", out var most) && value.GetArrayLength() > most.GetInt32()) wrong.Add($"{at}: more than {most}");
    }

    private static void CheckText(JsonElement schema, string text, string at, List<string> wrong)
    {
        if (schema.TryGetProperty("minLength", out var least) && text.Length < least.GetInt32()) wrong.Add($"{at}: shorter than {least}");
        if (schema.TryGetProperty("maxLength", out var most) && text.Length > most.GetInt32()) wrong.Add($"{at}: longer than {most}");
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!, RegexOptions.ExplicitCapture, Patience)) wrong.Add($"{at}: '{text}' does not match {pattern}");
        // GitHub answers its own defaults, such as an empty address, whatever the format says.
        if (!schema.TryGetProperty("format", out var format) || (schema.TryGetProperty("default", out var usual) && usual.ValueKind == JsonValueKind.String && usual.GetString() == text)) return;
        var right = format.GetString() switch
        {
            "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) && text.Contains('T', StringComparison.Ordinal),
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            _ => true,
        };
        if (!right) wrong.Add($"{at}: '{text}' is no {format}");
    }

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? $"{text[..60]}…" : value.GetRawText();
}
