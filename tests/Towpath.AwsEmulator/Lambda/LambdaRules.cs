using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>What Lambda refuses, in its words.</summary>
internal static class LambdaRules
{
    public static AwsFault Invalid(string message) => new("InvalidParameterValueException", message);

    /// <summary>A revision ID that is given must be the current one.</summary>
    public static void CheckRevision(JsonObject input, string current)
    {
        if (input.Text("RevisionId") is { } given && given != current)
            throw new AwsFault(
                "PreconditionFailedException",
                "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
                StatusCodes.Status412PreconditionFailed);
    }

    public static void CheckZip(ReadOnlySpan<byte> code)
    {
        if (!code.StartsWith("PK"u8)) throw Invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
    }

    /// <summary>Takes over the weights of a request; nothing said leaves them, an empty map clears them.</summary>
    public static void TakeRouting(Function function, FunctionAlias alias, JsonObject input)
    {
        if (input.Member("RoutingConfig") is { } routing)
        {
            alias.Weights.Clear();
            foreach (var (version, weight) in routing.Member("AdditionalVersionWeights") ?? [])
                alias.Weights[version] = double.Parse(weight!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
        }
        foreach (var (version, weight) in alias.Weights)
        {
            if (weight is < 0 or > 1) throw Invalid($"Weight of version {version} must be between 0.0 and 1.0.");
            if (version == alias.Version) throw Invalid($"Invalid function version {version}. Function version {version} is already included in routing configuration.");
            if (version == "$LATEST" || alias.Version == "$LATEST") throw Invalid("$LATEST is not supported for an alias pointing to more than 1 version");
            function.Qualified(version);
        }
    }
}
