using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ecs.TaskDefinitions;

/// <summary>
/// Merges the application's partial task definition into the infrastructure's. The application wins. Mappings are merged member by member; lists whose
/// entries have an identity (containers by name, variables and secrets by name, ports by container port, volumes by name and so on) are merged entry by
/// entry; any other list is replaced as a whole. A member that is null in the template is removed.
/// </summary>
internal static class TemplateMerge
{
    /// <summary>Which member tells the entries of a list apart, by the list's name.</summary>
    private static readonly Dictionary<string, string[]> Identities = new(StringComparer.Ordinal)
    {
        ["containerDefinitions"] = ["name"],
        ["environment"] = ["name"],
        ["secrets"] = ["name"],
        ["volumes"] = ["name"],
        ["ulimits"] = ["name"],
        ["portMappings"] = ["containerPort", "protocol"],
        ["mountPoints"] = ["containerPath"],
        ["dependsOn"] = ["containerName"],
        ["systemControls"] = ["namespace"],
        ["extraHosts"] = ["hostname"],
        ["secretOptions"] = ["name"],
        ["volumesFrom"] = ["sourceContainer"],
        ["environmentFiles"] = ["value"],
        ["resourceRequirements"] = ["type"],
        ["tags"] = ["key"],
    };

    public static JsonObject Merge(JsonObject under, JsonObject over)
    {
        var merged = (JsonObject)under.DeepClone();
        foreach (var (name, value) in over)
            if (value is null) merged.Remove(name);
            else merged[name] = Member(name, merged[name], value);
        return merged;
    }

    private static JsonNode Member(string name, JsonNode? under, JsonNode over) => (under, over) switch
    {
        (JsonObject below, JsonObject above) => Merge(below, above),
        (JsonArray below, JsonArray above) when Identities.TryGetValue(name, out var identity) => Entries(below, above, identity),
        // The list is new, but its entries may hold members that are to be removed.
        (null, JsonObject above) => Merge([], above),
        (null, JsonArray above) when Identities.TryGetValue(name, out var identity) => Entries([], above, identity),
        _ => over.DeepClone(),
    };

    private static JsonArray Entries(JsonArray under, JsonArray over, string[] identity)
    {
        var merged = (JsonArray)under.DeepClone();
        foreach (var entry in over)
            if (entry is not JsonObject above) merged.Add(entry?.DeepClone());
            else if (merged.OfType<JsonObject>().FirstOrDefault(below => IsSame(below, above, identity)) is { } known) merged[merged.IndexOf(known)] = Merge(known, above);
            else merged.Add(Merge([], above));
        return merged;
    }

    // A port without a protocol is tcp, so that an absent member equals its usual value only there.
    private static bool IsSame(JsonObject one, JsonObject other, string[] identity) => identity.All(member => Key(one, member) == Key(other, member));

    private static string? Key(JsonObject entry, string member) => entry.Text(member) ?? entry[member]?.ToJsonString() ?? (member == "protocol" ? "tcp" : null);
}
