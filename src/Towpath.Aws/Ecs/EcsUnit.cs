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

    /// <summary>Tells it apart from every other unit.</summary>
    public string Id => $"{(IsRule ? "rule" : "service")}/{Place ?? "default"}/{Name}";

    /// <summary>Another unit beside it has its name, so that people must be told which of the two is meant.</summary>
    public bool NamesPlace { get; init; }

    public string Title => (IsRule, NamesPlace) switch
    {
        (true, false) => $"rule {Name}",
        (true, true) => $"rule {Name} on the event bus {Place ?? "default"}",
        (false, false) => $"service {Name}",
        (false, true) => $"service {Name} in the cluster {Cluster}",
    };

    /// <summary>The same units, where those that share a name say where they are.</summary>
    public static IReadOnlyList<EcsUnit> Distinguished(IReadOnlyList<EcsUnit> units) =>
        [.. units.Select(unit => unit with { NamesPlace = units.Count(other => other.IsRule == unit.IsRule && other.Name == unit.Name) > 1 })];

    public static EcsUnit Read(JsonObject unit) => new(
        Settings.RequiredText(unit, "name"), Settings.Text(unit, "place"), Settings.Text(unit, "kind") == "rule", Settings.Map(unit, "images"));

    public JsonObject ToJson() => new() { ["kind"] = IsRule ? "rule" : "service", ["name"] = Name, ["place"] = Place, ["images"] = Settings.ToJson(Images) };
}
