using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Control;

/// <summary>Reads the members of a posted script that belong to no single service.</summary>
internal static class ScriptReader
{
    /// <summary>False when the member is not one of them.</summary>
    public static bool Read(EmulatorWorld world, string name, JsonNode? value)
    {
        var script = world.Script;
        switch (name)
        {
            case "latencyMs":
                script.Latency = TimeSpan.FromMilliseconds((double)value!);
                return true;
            case "documentedLimits":
                script.DocumentedLimits = (bool)value!;
                return true;
            case "sessionLifetimeSeconds":
                script.SessionLifetime = value is null ? null : TimeSpan.FromSeconds((double)value);
                return true;
            case "expireSessions":
                if ((bool)value!) world.Credentials.ExpireSessions();
                return true;
            case "faults":
                foreach (var fault in value!.AsArray()) script.Add(FaultOf(fault!.AsObject()));
                return true;
            case "deny":
                foreach (var rule in value!.AsArray())
                    script.Deny((string)rule!["action"]!, (string?)rule["principal"] ?? "*", (string?)rule["resource"] ?? "*");
                return true;
            case "oidc":
                ReadIssuers(world, value!.AsObject());
                return true;
            default:
                return false;
        }
    }

    private static ScriptedFault FaultOf(JsonObject fault) => new()
    {
        Kind = Enum.Parse<FaultKind>((string)fault["kind"]!, ignoreCase: true),
        Service = (string?)fault["service"] ?? "*",
        Operation = (string?)fault["operation"] ?? "*",
        Containing = (string?)fault["containing"],
        After = (int?)fault["after"] ?? 0,
        Times = (int?)fault["times"] ?? 1,
        Delay = TimeSpan.FromMilliseconds((double?)fault["delayMs"] ?? 0),
        Code = (string?)fault["code"] ?? "InternalError",
        Message = (string?)fault["message"] ?? "",
        Status = (int?)fault["status"] ?? StatusCodes.Status400BadRequest,
    };

    /// <summary>The claims of GitHub's next tokens, and the keys of other issuers: <c>{ "claims": {…}, "lifetimeSeconds": 300, "keys": { "https://issuer": {jwks} } }</c>.</summary>
    private static void ReadIssuers(EmulatorWorld world, JsonObject value)
    {
        if (value["claims"] is JsonObject claims) world.Issuers.GitHub.Claims = (JsonObject)claims.DeepClone();
        if (value["lifetimeSeconds"] is { } seconds) world.Issuers.GitHub.Lifetime = TimeSpan.FromSeconds((double)seconds);
        foreach (var (issuer, jwks) in value["keys"] as JsonObject ?? []) world.Issuers.Publish(issuer, jwks!.ToJsonString());
    }
}
