using System.Collections.Concurrent;
using System.Text.Json;

namespace Towpath.GitHubEmulator.Description;

/// <summary>GitHub's own OpenAPI description of its REST API, from a file.</summary>
public sealed class OpenApiDescription
{
    private static readonly ConcurrentDictionary<string, Lazy<OpenApiDescription>> Loaded = new(StringComparer.Ordinal);

    /// <summary>What the description does not name, under what it is the same as: the root of all files, and where redirects of renamed repositories lead.</summary>
    private static readonly Dictionary<string, string> Same = new(StringComparer.Ordinal)
    {
        ["/repos/{}/{}/contents"] = "/repos/{}/{}/contents/{}", ["/repositories/{}"] = "/repos/{}/{}",
    };

    private readonly JsonElement _root;
    private readonly Dictionary<string, JsonElement> _operations = new(StringComparer.Ordinal);

    private OpenApiDescription(JsonElement root)
    {
        _root = root;
        foreach (var path in root.GetProperty("paths").EnumerateObject())
        foreach (var operation in path.Value.EnumerateObject())
            _operations[$"{operation.Name.ToUpperInvariant()} {Shape(path.Name)}"] = operation.Value;
    }

    public static OpenApiDescription Load(string file) => Loaded.GetOrAdd(file, static name => new Lazy<OpenApiDescription>(() =>
    {
        using var stream = File.OpenRead(name);
        return new OpenApiDescription(JsonDocument.Parse(stream).RootElement);
    })).Value;

    /// <param name="route">Method and template; the names of parameters do not count.</param>
    public JsonElement? Operation(string route)
    {
        var space = route.IndexOf(' ', StringComparison.Ordinal);
        var shape = Shape(route[(space + 1)..]);
        return _operations.TryGetValue($"{route[..space]} {Same.GetValueOrDefault(shape, shape)}", out var found) ? found : null;
    }

    /// <summary>What a <c>$ref</c> names, or the element itself.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        while (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out var reference))
        {
            element = _root;
            foreach (var part in reference.GetString()![2..].Split('/'))
                element = element.GetProperty(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        }

        return element;
    }

    private static string Shape(string template) => string.Join('/', template.Split('/').Select(s => s.StartsWith('{') ? "{}" : s));
}
