using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.EventBridge;

/// <summary>The rules of one account in one region, on the bus called default.</summary>
public sealed class EventsRegion(Region region)
{
    public SortedDictionary<string, EventRule> Rules { get; } = new(StringComparer.Ordinal);

    /// <summary>Schedules of EventBridge Scheduler by group and name.</summary>
    public SortedDictionary<(string Group, string Name), Schedule> Schedules { get; } = [];

    public string RuleArn(string name) => region.Arn("events", $"rule/{name}");
}

/// <summary>A rule and its targets by ID.</summary>
public sealed class EventRule(string name)
{
    public string Name { get; } = name;
    public JsonObject Settings { get; set; } = [];
    public string State { get; set; } = "ENABLED";
    public SortedDictionary<string, JsonObject> Targets { get; } = new(StringComparer.Ordinal);
}

/// <summary>A schedule as it was put.</summary>
public sealed record Schedule(JsonObject Document, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt);
