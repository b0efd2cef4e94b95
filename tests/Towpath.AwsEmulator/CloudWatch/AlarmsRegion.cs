using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.CloudWatch;

/// <summary>The alarms of one account in one region.</summary>
public sealed class AlarmsRegion(Region region)
{
    private readonly SortedDictionary<string, Alarm> _alarms = new(StringComparer.Ordinal);

    public IEnumerable<Alarm> All => _alarms.Values;

    public Alarm? Find(string name) => _alarms.GetValueOrDefault(name);

    /// <summary>Makes an alarm or changes its settings; a new one has INSUFFICIENT_DATA.</summary>
    public Alarm Put(string name, JsonObject settings)
    {
        if (!_alarms.TryGetValue(name, out var alarm)) _alarms[name] = alarm = new Alarm(name, region.Arn("cloudwatch", $"alarm:{name}"), region.Now);
        alarm.Settings = settings;
        return alarm;
    }

    public bool Delete(string name) => _alarms.Remove(name);

    /// <summary>Sets an alarm's state, making the alarm where it is missing. Deployments that watch it see it at once.</summary>
    public void Set(string name, string state, string reason)
    {
        var alarm = Find(name) ?? Put(name, []);
        alarm.Become(state, reason, region.Now);
        if (state != "ALARM") return;
        foreach (var service in region.Ecs.Clusters.SelectMany(cluster => cluster.Services.Values)) service.Rollout?.AlarmTripped(name);
    }
}

/// <summary>A metric alarm: what was set about it, and its state.</summary>
public sealed class Alarm(string name, string arn, DateTimeOffset createdAt)
{
    public string Name { get; } = name;
    public string Arn { get; } = arn;
    public JsonObject Settings { get; internal set; } = [];
    public DateTimeOffset ConfiguredAt { get; } = createdAt;
    public string State { get; private set; } = "INSUFFICIENT_DATA";
    public string StateReason { get; private set; } = "Unchecked: Initial alarm creation";
    public DateTimeOffset StateUpdatedAt { get; private set; } = createdAt;

    internal void Become(string state, string reason, DateTimeOffset at) => (State, StateReason, StateUpdatedAt) = (state, reason, at);
}
