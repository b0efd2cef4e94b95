using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ecs.TaskDefinitions;

/// <summary>
/// Makes the request that registers a next revision of one that ECS describes. What only describes a revision is dropped; everything else is kept as it
/// is, members that this version of Towpath does not know and empty values that mean something included.
/// </summary>
internal static class Registration
{
    /// <summary>What ECS says of a revision and does not take.</summary>
    public static IReadOnlyList<string> Described { get; } =
    [
        "taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities", "registeredAt", "registeredBy", "deregisteredAt", "deleteRequestedAt",
    ];

    /// <summary>The definition alone, without tags: what decides whether two revisions are the same.</summary>
    /// <param name="running">As ECS describes it.</param>
    /// <param name="changes">What is to be otherwise.</param>
    public static JsonObject Of(JsonObject running, DefinitionChanges changes)
    {
        var next = (JsonObject)running.DeepClone();
        if (changes.Template is { } template) next = TemplateMerge.Merge(next, template);
        foreach (var name in Described) next.Remove(name);
        next.Remove("tags");
        var variables = changes.Variables.Where(v => !changes.Secrets.ContainsKey(v.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var container in TaskDefinition.ContainersOf(next))
        {
            if (container.Text("name") is not { } name || !changes.Images.TryGetValue(name, out var image)) continue;
            container["image"] = image;
            Set(container, "environment", "value", variables);
            Set(container, "secrets", "valueFrom", changes.Secrets);
            // A name that stands in both lists is refused by ECS, and whoever moved a variable to secrets means the secret.
            Remove(container, "environment", changes.Secrets);
            Remove(container, "secrets", variables);
        }

        return next;
    }

    /// <summary>The tags that were there, with the template's and ours over them. ECS keeps those that begin with <c>aws:</c> for itself.</summary>
    public static JsonArray Tags(IEnumerable<JsonObject> before, JsonObject? template, IReadOnlyDictionary<string, string> ours)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in before.Concat(template?.Items("tags") ?? []))
            if (tag.Text("key") is { } key && !key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)) tags[key] = tag.Text("value") ?? "";
        foreach (var (key, value) in ours) tags[key] = value;
        return [.. tags.Select(tag => new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value })];
    }

    /// <summary>Sets entries of a list of names and values: known names keep their place, new ones go to the end in the order of their names.</summary>
    private static void Set(JsonObject container, string list, string value, IReadOnlyDictionary<string, string> entries)
    {
        if (entries.Count == 0) return;
        if (container[list] is not JsonArray items) container[list] = items = [];
        foreach (var (name, text) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
            if (items.OfType<JsonObject>().FirstOrDefault(i => i.Text("name") == name) is { } known) known[value] = text;
            else items.Add(new JsonObject { ["name"] = name, [value] = text });
    }

    private static void Remove(JsonObject container, string list, IReadOnlyDictionary<string, string> names)
    {
        if (container[list] is not JsonArray items) return;
        foreach (var item in items.OfType<JsonObject>().Where(i => i.Text("name") is { } name && names.ContainsKey(name)).ToList()) items.Remove(item);
    }
}

/// <summary>What a deployment changes in a task definition.</summary>
/// <param name="Images">By container.</param>
internal sealed record DefinitionChanges(IReadOnlyDictionary<string, string> Images)
{
    private static readonly Dictionary<string, string> None = new(StringComparer.Ordinal);

    public JsonObject? Template { get; init; }

    /// <summary>For the containers that get an image.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = None;

    /// <summary>Where their values come from, as ECS wants it written.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = None;
}
