using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>Functions and aliases as the API writes them.</summary>
internal static class LambdaView
{
    public static JsonObject Of(Function function, FunctionVersion version, string? qualifiedArn = null)
    {
        var result = Json.Object(
            ("FunctionName", function.Name),
            ("FunctionArn", qualifiedArn ?? version.Arn),
            ("CodeSize", version.Code.Length),
            ("CodeSha256", version.CodeSha256),
            ("LastModified", version.ModifiedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'")),
            ("Version", version.Version),
            ("RevisionId", version.RevisionId),
            ("State", version.State),
            ("StateReason", version.StateReason),
            ("StateReasonCode", version.StateReason is null ? null : "Creating"),
            ("LastUpdateStatus", version.LastUpdateStatus),
            ("LastUpdateStatusReason", version.LastUpdateReason),
            ("LastUpdateStatusReasonCode", version.LastUpdateReason is null ? null : version.LastUpdateStatus == "InProgress" ? "Creating" : "InternalError"),
            ("PackageType", "Zip"));
        foreach (var (name, value) in version.Settings) result[name] = value?.DeepClone();
        return result;
    }

    public static JsonObject Of(Function function, FunctionAlias alias) => Json.Object(
        ("AliasArn", $"{function.Arn}:{alias.Name}"),
        ("Name", alias.Name),
        ("FunctionVersion", alias.Version),
        ("Description", alias.Description),
        ("RoutingConfig", alias.Weights.Count == 0 ? null : Json.Object(("AdditionalVersionWeights",
            Json.Object([.. alias.Weights.Select(weight => (weight.Key, (JsonNode?)weight.Value))])))),
        ("RevisionId", alias.RevisionId));
}
