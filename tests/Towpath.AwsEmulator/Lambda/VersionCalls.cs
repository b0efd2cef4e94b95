using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>Calls about versions.</summary>
internal static class VersionCalls
{
    public static JsonObject Publish(LambdaCall call)
    {
        var (function, _) = call.Named();
        if (function.Latest.Busy) throw function.Busy();
        LambdaRules.CheckRevision(call.Input, function.Latest.RevisionId);
        if (call.Input.Text("CodeSha256") is { } sha && sha != function.Latest.CodeSha256)
            throw LambdaRules.Invalid(
                $"CodeSHA256 ({sha}) is different from current CodeSHA256 in $LATEST ({function.Latest.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.");
        return LambdaView.Of(function, function.Publish(call.Input.Text("Description"), call.Region.Now));
    }

    public static JsonObject List(LambdaCall call)
    {
        var (function, _) = call.Named();
        return call.Listed("Versions", function.Versions.Prepend(function.Latest).Select(version =>
            LambdaView.Of(function, version, version == function.Latest ? $"{function.Arn}:$LATEST" : null)));
    }
}
