using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>Reads JSON that somebody else wrote.</summary>
internal static class JsonSyntax
{
    /// <summary>Null where it is no JSON object.</summary>
    public static JsonObject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
