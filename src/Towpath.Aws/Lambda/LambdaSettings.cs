using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Targets;

namespace Towpath.Aws.Lambda;

/// <summary>The settings of a <c>lambda</c> target.</summary>
public sealed partial record LambdaSettings
{
    public const string Kind = "lambda";
    public const string DefaultAlias = "live";

    /// <summary>All stages of a gradual shift together.</summary>
    public static readonly TimeSpan LongestShift = TimeSpan.FromDays(30);

    public static Rule.Mapping Grammar { get; } = new(
        PlaceKeys.Region,
        PlaceKeys.Role,
        new Key("function", PlaceKeys.OrParameter("a function's name", text => FunctionName().IsMatch(text)), "The function; it exists already, and deployments bring its code.", Required: true),
        new Key("alias", new Rule.Text(Expected: "an alias: letters, digits, dashes and underscores") { Accepts = text => AliasName().IsMatch(text) }, "The alias that callers use; made where there is none. Default `live`."),
        new Key("bucket", PlaceKeys.OrParameter("a bucket's name", PlaceKeys.IsBucket), "The environment's own bucket in that region, into which the zip is copied.", Required: true),
        new Key("version_parameter", PlaceKeys.Parameter, "Written with the version of each deployment."),
        new Key("weights", new Rule.ListOf(Weight) { MinimumCount = 1, MaximumCount = 20 }, "A gradual shift: what share of the calls goes to the new version, and for how long, before the next step and in the end all."),
        new Key("alarms", new Rule.ListOf(new Rule.Text()) { MinimumCount = 1, MaximumCount = 100 }, "CloudWatch alarms that end a gradual shift and take it back."));

    private static Rule.Mapping Weight => new(
        new Key("percent", new Rule.Number(1, 99), "The share.", Required: true),
        new Key("for", new Rule.Duration(), "How long.", Required: true));

    public required AwsPlace Place { get; init; }

    /// <summary>A name, or a reference to the parameter that has it.</summary>
    public required string Function { get; init; }
    public required string Alias { get; init; }

    /// <summary>A name, or a reference to the parameter that has it.</summary>
    public required string Bucket { get; init; }
    public string? VersionParameter { get; init; }
    public required IReadOnlyList<ShiftStage> Weights { get; init; }
    public required IReadOnlyList<string> Alarms { get; init; }

    /// <summary>Whether any name has to be looked up.</summary>
    public bool LooksUp => ParameterLookup.NameIn(Function) is not null || ParameterLookup.NameIn(Bucket) is not null;

    public static LambdaSettings Read(TargetSpec target) => new()
    {
        Place = AwsPlace.Of(target),
        Function = Settings.RequiredText(target.Settings, "function"),
        Alias = Settings.Text(target.Settings, "alias") ?? DefaultAlias,
        Bucket = Settings.RequiredText(target.Settings, "bucket"),
        VersionParameter = Settings.Text(target.Settings, "version_parameter"),
        Weights = ShiftStage.ReadAll(target.Settings),
        Alarms = Settings.List(target.Settings, "alarms"),
    };

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FunctionName();

    [GeneratedRegex(@"\A(?![0-9]+\z)[A-Za-z0-9_-]{1,128}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AliasName();
}

/// <param name="Percent">The new version's share of the calls.</param>
/// <param name="For">How long it has that share.</param>
public readonly record struct ShiftStage(int Percent, TimeSpan For)
{
    public double Weight => Percent / 100.0;

    public static IReadOnlyList<ShiftStage> ReadAll(JsonObject settings) => settings["weights"] is JsonArray items
        ? [.. items.OfType<JsonObject>().Select(item => new ShiftStage(checked((int)(Settings.Number(item, "percent") ?? 0)), Settings.Seconds(item, "for", TimeSpan.Zero)))]
        : [];

    public static JsonArray ToJson(IEnumerable<ShiftStage> stages) =>
        new([.. stages.Select(stage => new JsonObject { ["percent"] = stage.Percent, ["for"] = (long)stage.For.TotalSeconds })]);
}
