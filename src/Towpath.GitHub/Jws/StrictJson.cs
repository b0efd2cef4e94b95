using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Towpath.GitHub.Jws;

/// <summary>One JSON object in UTF-8 whose members are there once each: no two readers can see different things in it.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    public static bool TryRead(ReadOnlyMemory<byte> utf8, out JsonElement json)
    {
        json = default;
        if (!Utf8.IsValid(utf8.Span)) return false;
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return false;
            json = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>False where the member is absent, empty or not a text.</summary>
    public static bool TryText(this JsonElement json, string name, [NotNullWhen(true)] out string? text)
    {
        text = json.TryGetProperty(name, out var value) ? value.AsText() : null;
        return text is { Length: > 0 };
    }

    /// <summary>Null where the value is no text, or one with halves of characters.</summary>
    public static string? AsText(this JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
