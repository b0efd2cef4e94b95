using System.Text.Json.Nodes;
using Towpath.Aws.Steps;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Lambda;

/// <summary>What every step of this target is told: one function and one zip.</summary>
internal sealed record LambdaInputs
{
    public required AwsPlace Place { get; init; }
    public required string Application { get; init; }
    public required string Function { get; init; }
    public required string Alias { get; init; }
    public required string Bucket { get; init; }

    /// <summary>Where the zip was built to.</summary>
    public required string Reference { get; init; }
    public required Digest Digest { get; init; }

    /// <summary>The version's label.</summary>
    public required string Version { get; init; }
    public string? VersionParameter { get; init; }
    public IReadOnlyList<ShiftStage> Weights { get; init; } = [];
    public IReadOnlyList<string> Alarms { get; init; } = [];

    /// <summary>A shift that is broken off is taken back at once; where the policy says stay, it is left for people to look at.</summary>
    public bool TakesBack { get; init; } = true;

    /// <summary>Where the zip is kept in the environment's own bucket: a place of its own for each digest.</summary>
    public string Key => $"{Application}/{Digest.Hex}.zip";

    public static LambdaInputs Read(JsonObject inputs) => new()
    {
        Place = AwsPlace.Read(inputs),
        Application = Settings.RequiredText(inputs, "application"),
        Function = Settings.RequiredText(inputs, "function"),
        Alias = Settings.RequiredText(inputs, "alias"),
        Bucket = Settings.RequiredText(inputs, "bucket"),
        Reference = Settings.RequiredText(inputs, "reference"),
        Digest = Digest.Parse(Settings.RequiredText(inputs, "digest")),
        Version = Settings.RequiredText(inputs, "version"),
        VersionParameter = Settings.Text(inputs, "version_parameter"),
        Weights = ShiftStage.ReadAll(inputs),
        Alarms = Settings.List(inputs, "alarms"),
        TakesBack = Settings.Text(inputs, "takes_back") is not "false",
    };

    public JsonObject ToJson()
    {
        var inputs = new JsonObject
        {
            ["application"] = Application,
            ["function"] = Function,
            ["alias"] = Alias,
            ["bucket"] = Bucket,
            ["reference"] = Reference,
            ["digest"] = Digest.Value,
            ["version"] = Version,
            ["version_parameter"] = VersionParameter,
            ["weights"] = ShiftStage.ToJson(Weights),
            ["alarms"] = Settings.ToJson(Alarms),
            ["takes_back"] = TakesBack,
        };
        Place.WriteTo(inputs);
        return inputs;
    }

    /// <summary>The function's version that this deployment publishes, or that its rollback goes back to; null before that is known.</summary>
    public static string? PublishedVersion(StepContext context)
    {
        var (steps, records) = context.Deployment.Phase == Phase.RollingBack
            ? (context.Deployment.Plan?.Rollback, context.Deployment.RollbackSteps)
            : (context.Deployment.Plan?.Steps, context.Deployment.Steps);
        for (var i = 0; i < records.Count && i < steps?.Count; i++)
            if (records[i].Outputs is { } outputs && Settings.Text(outputs, "function_version") is { } version) return version;
        return null;
    }
}
