using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towpath.GitHub.Target;

/// <summary>
/// What a GitHub Deployment's payload says of the deployment here that it was made for, under <c>towpath</c>: by it one is found again whose making nobody
/// saw the end of. Anybody who may create deployments can write the same: it says where to look, and proves nothing.
/// </summary>
/// <param name="Id">Of the step that made it, each of a deployment's its own.</param>
/// <param name="Deployment">The deployment here.</param>
/// <param name="IsMirror">It only shows what is done elsewhere: nobody is to do it.</param>
public sealed record DeploymentMarker(string Id, string Deployment, bool IsMirror)
{
    private const string Key = "towpath";

    public JsonObject In(JsonObject payload)
    {
        var marked = (JsonObject)payload.DeepClone();
        marked[Key] = new JsonObject { ["id"] = Id, ["deployment"] = Deployment };
        if (IsMirror) marked[Key]!["mirror"] = true;
        return marked;
    }

    public static JsonElement ToElement(JsonObject payload)
    {
        using var document = JsonDocument.Parse(payload.ToJsonString());
        return document.RootElement.Clone();
    }

    /// <summary>Null where it has none. GitHub gives payloads out as they came or as a text of JSON.</summary>
    public static DeploymentMarker? Of(JsonElement? payload)
    {
        try
        {
            if (payload is { ValueKind: JsonValueKind.String } text)
            {
                using var document = JsonDocument.Parse(text.GetString()!);
                return Read(document.RootElement);
            }

            return payload is { } element ? Read(element) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static DeploymentMarker? Read(JsonElement payload) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(Key, out var own) && own.ValueKind == JsonValueKind.Object
        && TextOf(own, "id") is { } id && TextOf(own, "deployment") is { } deployment
            ? new DeploymentMarker(id, deployment, own.TryGetProperty("mirror", out var mirror) && mirror.ValueKind == JsonValueKind.True)
            : null;

    private static string? TextOf(JsonElement own, string name) =>
        own.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 100 } text ? text : null;
}
