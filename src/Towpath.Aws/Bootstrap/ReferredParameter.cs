using System.Text.Json.Nodes;
using Towpath.Aws.Ssm;
using Towpath.Core.Applications;
using Towpath.Core.Targets;

namespace Towpath.Aws.Bootstrap;

/// <summary>A parameter that an environment's target refers to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Region">Where.</param>
/// <param name="Account">Of the environment's role; null for the caller's.</param>
/// <param name="IsSecret">It stands under <c>secrets</c>.</param>
internal sealed record ReferredParameter(string Name, string Region, string? Account, bool IsSecret)
{
    public static IEnumerable<ReferredParameter> In(EnvironmentSpec environment)
    {
        if (Settings.Text(environment.Target.Settings, "region") is not { } region) return [];
        var account = AccountOf(Settings.Text(environment.Target.Settings, "role"));
        return References(environment.Target.Settings, isSecret: false).Select(r => new ReferredParameter(r.Name, region, account, r.IsSecret)).Distinct();
    }

    public static string? AccountOf(string? arn) => arn?.Split(':') is { Length: > 5 } parts ? parts[4] : null;

    private static IEnumerable<(string Name, bool IsSecret)> References(JsonNode? node, bool isSecret) => node switch
    {
        JsonObject o => o.SelectMany(p => References(p.Value, isSecret || p.Key == "secrets")),
        JsonArray a => a.SelectMany(item => References(item, isSecret)),
        JsonValue v when v.TryGetValue(out string? text) && ParameterLookup.NameIn(text) is { } name => [(name, isSecret)],
        _ => [],
    };
}
