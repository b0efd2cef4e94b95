using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Local.Verifications.Commands;

/// <summary>What is run, with which files beside it, and what it is told.</summary>
/// <param name="Run">The program and its arguments; no shell reads them.</param>
/// <param name="Files">Contents by name.</param>
/// <param name="Variables">What it is told of the deployment, and the environment's own variables.</param>
/// <param name="Within">How long it may run.</param>
internal sealed record CommandInputs(
    IReadOnlyList<string> Run, IReadOnlyDictionary<string, string> Files, IReadOnlyDictionary<string, string> Variables, TimeSpan Within)
{
    public static readonly TimeSpan DefaultWithin = TimeSpan.FromMinutes(5);

    public static CommandInputs Read(JsonObject inputs) => new(
        Settings.List(inputs, "run"), Settings.Map(inputs, "files"), Settings.Map(inputs, "variables"), Settings.Seconds(inputs, "within", DefaultWithin));

    public static CommandInputs Read(VerificationSpec verification, PlanRequest request) => new(
        [.. Settings.List(verification.Settings, "run").Select((word, i) => i == 0 ? word : Placeholders.Fill(word, request))],
        verification.Files, VariablesOf(request), Settings.Seconds(verification.Settings, "within", DefaultWithin));

    public JsonObject ToJson() => new()
    {
        ["run"] = Settings.ToJson(Run),
        ["files"] = Settings.ToJson(Files),
        ["variables"] = Settings.ToJson(Variables),
        ["within"] = (long)Within.TotalSeconds,
    };

    private static Dictionary<string, string> VariablesOf(PlanRequest request)
    {
        var variables = new Dictionary<string, string>(request.Environment.Variables, StringComparer.Ordinal)
        {
            ["TOWPATH_APPLICATION"] = request.Key.Application,
            ["TOWPATH_ENVIRONMENT"] = request.Key.Environment,
            ["TOWPATH_VERSION"] = request.Version,
            ["TOWPATH_COMMIT"] = request.Commit,
        };
        if (request.Artifacts.Count > 0) variables["TOWPATH_DIGEST"] = Build.DigestOf(request.Artifacts).Value;
        return variables;
    }
}
