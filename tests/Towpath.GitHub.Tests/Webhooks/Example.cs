using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Webhooks;

/// <summary>The payloads that GitHub's own people publish (npm, @octokit/webhooks-examples), which <c>sh tests/npm.sh artifacts/npm</c> installs.</summary>
public sealed record Example(string Event, int Number, JsonObject Payload)
{
    private static readonly Lazy<IReadOnlyList<Example>> Read = new(ReadAll);

    public static IReadOnlyList<Example> All => Read.Value;

    public byte[] Bytes => Encoding.UTF8.GetBytes(Payload.ToJsonString());

    public override string ToString() => $"{Event} {Number} {Payload["action"]}";

    private static List<Example> ReadAll()
    {
        var path = Path.Combine(Checkout.Packages, "node_modules", "@octokit", "webhooks-examples", "api.github.com", "index.json");
        if (!File.Exists(path)) throw new FileNotFoundException($"the published example payloads are not installed: run `sh tests/npm.sh artifacts/npm` in the repository, or ./test ({path})");
        return [.. JsonNode.Parse(File.ReadAllText(path))!.AsArray().SelectMany(e =>
            e!["examples"]!.AsArray().Select((payload, number) => new Example(e["name"]!.GetValue<string>(), number, payload!.DeepClone().AsObject())))];
    }
}

/// <summary>Every way to spoil one field of a payload.</summary>
internal static class Spoiled
{
    private static readonly Func<JsonNode?>[] Instead =
    [
        () => null, () => JsonValue.Create("text where none belongs"), () => JsonValue.Create(-1), () => JsonValue.Create(1e300), () => JsonValue.Create(true),
        () => new JsonObject(), () => new JsonArray(1, "a", null), () => JsonValue.Create(""), () => JsonValue.Create("\u0000\u001b[31m$(reboot)`id`<script>"),
    ];

    public static IEnumerable<(string What, byte[] Bytes)> Versions(JsonObject payload)
    {
        foreach (var path in Paths(payload, []).ToList())
        {
            yield return ($"{string.Join('.', path)} deleted", Changed(payload, path, null));
            for (var i = 0; i < Instead.Length; i++) yield return ($"{string.Join('.', path)} retyped {i}", Changed(payload, path, Instead[i]));
        }
    }

    private static IEnumerable<string[]> Paths(JsonObject node, string[] path)
    {
        foreach (var (name, value) in node)
        {
            string[] own = [.. path, name];
            yield return own;
            if (value is JsonObject inner)
                foreach (var deeper in Paths(inner, own)) yield return deeper;
        }
    }

    private static byte[] Changed(JsonObject payload, string[] path, Func<JsonNode?>? instead)
    {
        var copy = payload.DeepClone().AsObject();
        var at = path[..^1].Aggregate(copy, (node, name) => node[name]!.AsObject());
        if (instead is null) at.Remove(path[^1]);
        else at[path[^1]] = instead();
        return JsonSerializer.SerializeToUtf8Bytes(copy);
    }
}
