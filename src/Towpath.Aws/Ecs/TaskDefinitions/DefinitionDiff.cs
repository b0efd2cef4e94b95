using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towpath.Aws.Calling;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.TaskDefinitions;

/// <summary>
/// What differs between two task definitions, value by value. Entries of lists are told apart by their name, as <c>containerDefinitions[web].image</c>.
/// Of variables only those values are shown that the spec itself sets: others may be secrets that somebody keeps there.
/// </summary>
internal static partial class DefinitionDiff
{
    private static readonly string[] Names = ["name", "containerPort", "containerPath", "containerName", "hostname", "namespace", "sourceContainer", "key"];

    private const string Hidden = "(not shown)";

    /// <param name="subject">Whose they are.</param>
    /// <param name="before">What runs.</param>
    /// <param name="after">What would be registered.</param>
    /// <param name="variables">Names of the variables that the spec sets.</param>
    public static IReadOnlyList<Difference> Of(string subject, JsonObject before, JsonObject after, IEnumerable<string> variables)
    {
        var shown = variables.ToHashSet(StringComparer.Ordinal);
        var (was, becomes) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new SortedDictionary<string, string>(StringComparer.Ordinal));
        Flatten("", before, was);
        Flatten("", after, becomes);
        return
        [
            .. was.Keys.Union(becomes.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(path => new Difference(subject, path, was.GetValueOrDefault(path), becomes.GetValueOrDefault(path)))
                .Where(d => d.Before != d.After)
                .Select(d => Shown(d, shown)),
        ];
    }

    private static Difference Shown(Difference difference, HashSet<string> variables)
    {
        if (Variable().Match(difference.Path) is not { Success: true } match) return difference;
        return difference with { Before = Hide(difference.Before), After = variables.Contains(match.Groups["name"].Value) ? difference.After : Hide(difference.After) };
    }

    // An empty list has nothing to hide, and says that there is one.
    private static string? Hide(string? value) => value is null or "[]" ? value : Hidden;

    private static void Flatten(string path, JsonNode? node, SortedDictionary<string, string> values)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } mapping:
                foreach (var (name, value) in mapping) Flatten(path.Length == 0 ? name : $"{path}.{name}", value, values);
                break;
            // A list of plain values, such as a command, is one value to people.
            case JsonArray { Count: > 0 } list when list.All(item => item is JsonObject):
                for (var i = 0; i < list.Count; i++) Entry($"{path}[{NameOf((JsonObject)list[i]!) ?? $"{i}"}]", (JsonObject)list[i]!, values);
                break;
            default:
                values[path] = node is JsonValue text && text.TryGetValue(out string? plain) ? plain : node?.ToJsonString() ?? "null";
                break;
        }
    }

    /// <summary>Of a variable or secret only the value is of interest: its name stands in the path.</summary>
    private static void Entry(string path, JsonObject entry, SortedDictionary<string, string> values)
    {
        if (entry.Count == 2 && entry.Text("name") is not null && (entry.Text("value") ?? entry.Text("valueFrom")) is { } value) values[path] = value;
        else Flatten(path, entry, values);
    }

    private static string? NameOf(JsonObject entry) => Names.Where(entry.ContainsKey).Select(name => entry[name]!.ToString()).FirstOrDefault();

    [GeneratedRegex(@"\AcontainerDefinitions\[[^\]]*\]\.environment(\[(?<name>[^\]]*)\]\z|[.\[]|\z)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
