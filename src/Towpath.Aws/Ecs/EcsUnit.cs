using System.Text.Json.Nodes;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs;

/// <summary>One thing that runs a task definition: a service, or a rule that starts tasks now and then.</summary>
/// <param name="Name">The service's or the rule's.</param>
/// <param name="Place">The service's cluster, or the rule's event bus.</param>
/// <param name="IsRule">Which of the two it is.</param>
/// <param name="Images">What each container is to run, pinned by digest.</param>
internal sealed record EcsUnit(string Name, string? Place, bool IsRule, IReadOnlyDictionary<string, string> Images)
{
    public string Cluster => Place ?? "default";

    public string Title => IsRule ? $"rule {Name}" : $"service {Name}";

    public static EcsUnit Read(JsonObject unit) => new(
        Settings.RequiredText(unit, "name"), Settings.Text(unit, "place"), Settings.Text(unit, "kind") == "rule", Settings.Map(unit, "images"));

    public JsonObject ToJson() => new() { ["kind"] = IsRule ? "rule" : "service", ["name"] = Name, ["place"] = Place, ["images"] = Settings.ToJson(Images) };
}
