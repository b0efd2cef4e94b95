using System.Text.Json.Nodes;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Aws.Steps;
using Towpath.Core;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs;

/// <summary>What the steps of this target are told: where, what, and how long it may take. All of it is fixed when the deployment starts.</summary>
internal sealed record EcsInputs
{
    public required EnvironmentKey Key { get; init; }
    public required AwsPlace Place { get; init; }
    public required string Version { get; init; }
    public required IReadOnlyList<EcsUnit> Units { get; init => field = EcsUnit.Distinguished(value); }
    public string? VersionParameter { get; init; }
    public TimeSpan Within { get; init; } = EcsSettings.DefaultWithin;
    public MigrationSettings? Migration { get; init; }
    public JsonObject? Template { get; init; }

    /// <summary>Nothing good is known: everything goes back to what the deployment found.</summary>
    public bool Undoes { get; init; }

    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Variables { get; init; } = None;
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = None;

    public IEnumerable<EcsUnit> Services => Units.Where(unit => !unit.IsRule);

    /// <summary>The same places, with nothing to change: what they ran goes on as it was.</summary>
    public EcsInputs Undoing() =>
        this with { Undoes = true, Units = [.. Units.Select(unit => unit with { Images = None })], Template = null, Variables = None, Secrets = None };

    public DefinitionChanges ChangesOf(EcsUnit unit) => new(unit.Images) { Template = Template, Variables = Variables, Secrets = Secrets };

    public static EcsInputs Read(JsonObject inputs) => new()
    {
        Key = new EnvironmentKey(Settings.RequiredText(inputs, "application"), Settings.RequiredText(inputs, "environment")),
        Place = AwsPlace.Read(inputs),
        Version = Settings.RequiredText(inputs, "version"),
        Units = [.. inputs["units"]!.AsArray().OfType<JsonObject>().Select(EcsUnit.Read)],
        VersionParameter = Settings.Text(inputs, "version_parameter"),
        Within = Settings.Seconds(inputs, "within", EcsSettings.DefaultWithin),
        Migration = inputs["migration"] is JsonObject migration ? MigrationSettings.Read(migration) : null,
        Template = inputs["template"] as JsonObject,
        Undoes = inputs["undoes"] is JsonValue undoes && undoes.GetValue<bool>(),
        Variables = Settings.Map(inputs, "variables"),
        Secrets = Settings.Map(inputs, "secrets"),
    };

    public JsonObject ToJson()
    {
        var inputs = new JsonObject
        {
            ["application"] = Key.Application,
            ["environment"] = Key.Environment,
            ["version"] = Version,
            ["units"] = new JsonArray([.. Units.Select(unit => unit.ToJson())]),
            ["version_parameter"] = VersionParameter,
            ["within"] = (long)Within.TotalSeconds,
            ["migration"] = Migration?.ToJson(),
            ["template"] = Template?.DeepClone(),
            ["variables"] = Settings.ToJson(Variables),
            ["secrets"] = Settings.ToJson(Secrets),
        };
        if (Undoes) inputs["undoes"] = true;
        Place.WriteTo(inputs);
        return inputs;
    }
}
