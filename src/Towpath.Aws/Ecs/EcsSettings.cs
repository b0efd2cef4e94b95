using System.Text.Json.Nodes;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs;

/// <summary>What <c>target: { kind: ecs, … }</c> says. Values that begin with <c>ssm:</c> are not looked up yet.</summary>
public sealed record EcsSettings
{
    public const string Kind = "ecs";

    public static TimeSpan DefaultWithin { get; } = TimeSpan.FromMinutes(30);

    public required EnvironmentKey Key { get; init; }
    public required AwsPlace Place { get; init; }

    /// <summary>The cluster of services that name none.</summary>
    public required string Cluster { get; init; }
    public required IReadOnlyList<EcsServiceSettings> Services { get; init; }
    public IReadOnlyList<EcsRuleSettings> ScheduledTasks { get; init; } = [];

    /// <summary>The container that gets the image where nothing else says so.</summary>
    public string? Container { get; init; }
    public string? VersionParameter { get; init; }

    /// <summary><c>s3://bucket/key</c>, or a file beside the spec.</summary>
    public string? TaskDefinition { get; init; }

    /// <summary>References to secrets, by the name of the container's variable.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    public MigrationSettings? Migration { get; init; }

    /// <summary>Alarms that must exist.</summary>
    public IReadOnlyList<string> Alarms { get; init; } = [];

    /// <summary>How long a rollout may take.</summary>
    public TimeSpan Within { get; init; } = DefaultWithin;

    /// <summary>Clusters, services and rules as they are written: names, and references to parameters that have them.</summary>
    public IEnumerable<string?> Named => [Cluster, .. Services.SelectMany(s => new[] { s.Service, s.Cluster }), .. ScheduledTasks.Select(r => r.Rule)];

    /// <summary>Whether any name has to be looked up.</summary>
    public bool LooksUp => Named.Any(name => ParameterLookup.NameIn(name) is not null);

    public static EcsSettings Read(EnvironmentKey key, TargetSpec target)
    {
        var settings = target.Settings;
        return new EcsSettings
        {
            Key = key,
            Place = AwsPlace.Of(target),
            Cluster = Settings.Text(settings, "cluster") ?? "default",
            Services = [.. ServicesOf(settings)],
            ScheduledTasks = [.. ItemsOf(settings, "scheduled_tasks").Select(rule => new EcsRuleSettings(
                Settings.RequiredText(rule, "rule"), Settings.Text(rule, "event_bus"), Settings.Map(rule, "containers")))],
            Container = Settings.Text(settings, "container"),
            VersionParameter = Settings.Text(settings, "version_parameter"),
            TaskDefinition = Settings.Text(settings, "task_definition"),
            Secrets = Settings.Map(settings, "secrets"),
            Migration = settings["migration"] is JsonObject migration ? MigrationSettings.Read(migration) : null,
            Alarms = Settings.List(settings, "alarms"),
            Within = Settings.Seconds(settings, "within", DefaultWithin),
        };
    }

    private static IEnumerable<EcsServiceSettings> ServicesOf(JsonObject settings)
    {
        if (Settings.Text(settings, "service") is { } one) yield return new EcsServiceSettings(one, null, new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var service in ItemsOf(settings, "services"))
            yield return new EcsServiceSettings(Settings.RequiredText(service, "service"), Settings.Text(service, "cluster"), Settings.Map(service, "containers"));
    }

    private static IEnumerable<JsonObject> ItemsOf(JsonObject settings, string key) => settings[key] is JsonArray items ? items.OfType<JsonObject>() : [];
}

/// <param name="Service">Its name.</param>
/// <param name="Cluster">Its cluster, where that is not the target's.</param>
/// <param name="Containers">Which container gets which artifact, by artifact name; empty where the names tell.</param>
public sealed record EcsServiceSettings(string Service, string? Cluster, IReadOnlyDictionary<string, string> Containers);

/// <summary>A rule of EventBridge that runs a task now and then.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="EventBus">Its bus; null for the account's own.</param>
/// <param name="Containers">Which container gets which artifact, by artifact name; empty where the names tell.</param>
public sealed record EcsRuleSettings(string Rule, string? EventBus, IReadOnlyDictionary<string, string> Containers);

/// <summary>A task that runs once before the services are changed, and another that runs when they are put back.</summary>
public sealed record MigrationSettings(IReadOnlyList<string> Command, IReadOnlyList<string> Rollback, string? Container, TimeSpan Timeout)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(15);

    public static MigrationSettings Read(JsonObject settings) => new(
        Settings.List(settings, "command"), Settings.List(settings, "rollback"), Settings.Text(settings, "container"), Settings.Seconds(settings, "timeout", DefaultTimeout));

    public JsonObject ToJson() => new()
    {
        ["command"] = Settings.ToJson(Command),
        ["rollback"] = Settings.ToJson(Rollback),
        ["container"] = Container,
        ["timeout"] = (long)Timeout.TotalSeconds,
    };
}
