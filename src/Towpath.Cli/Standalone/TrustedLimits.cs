using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Operators;

namespace Towpath.Cli.Standalone;

/// <summary>
/// What a spec may use when its own author runs it on their own machine: whatever it names. The operator's limits protect the control
/// plane's host from specs of others; here caller, author and host are one. Relative folders mean the same as in the control plane. What lies outside of
/// this machine is shared with others: where the operator's <c>towpath.yaml</c> has projects, they hold here, too.
/// </summary>
internal static class TrustedLimits
{
    public static OperatorLimits Of(OperatorSettings settings, params IReadOnlyList<EnvironmentSpec> environments)
    {
        JsonObject[] all = [.. environments.Select(e => e.Target.Settings), .. environments.SelectMany(e => e.Verify).Select(v => v.Settings)];
        return new OperatorLimits
        {
            Trusted = settings.Limits.Projects.Count == 0,
            Projects = settings.Limits.Projects,
            Folders = [.. settings.Limits.Folders, settings.ConfigFolder, "/"],
            Commands = [.. all.Select(Program).OfType<string>()],
            EnvironmentNames = [.. all.SelectMany(Texts).Where(t => t.StartsWith("env:", StringComparison.Ordinal)).Select(t => t["env:".Length..])],
            PrivateAddresses = ["0.0.0.0/0", "::/0"],
        };
    }

    private static string? Program(JsonObject settings) => settings["run"] is JsonArray { Count: > 0 } run ? run[0]?.GetValue<string>() : null;

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => Texts(p.Value)),
        JsonArray a => a.SelectMany(Texts),
        JsonValue v when v.TryGetValue(out string? text) => [text],
        _ => [],
    };
}
