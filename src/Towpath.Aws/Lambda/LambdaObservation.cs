using System.Globalization;
using Towpath.Aws.Calling;
using Towpath.Aws.Lambda.Api;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Aws.Lambda;

/// <summary>What an alias runs, as Lambda itself says.</summary>
internal static class LambdaObservation
{
    public static async Task<Observation> OfAsync(
        LambdaClient lambda, AwsScope scope, (TargetLook Look, LambdaSettings Settings, FunctionPlace Place) what, CancellationToken cancellationToken)
    {
        var (function, alias) = (what.Place.Function, await lambda.FindAliasAsync(scope, what.Place.Function, what.Settings.Alias, cancellationToken));
        if (alias is null) return Nothing(await lambda.FindAsync(scope, function, null, cancellationToken), what.Settings, function, scope);
        var version = await lambda.FindAsync(scope, function, alias.FunctionVersion, cancellationToken);
        return new Observation
        {
            Health = HealthOf(alias, version),
            Summary = $"alias {what.Settings.Alias} of {function}: {alias.Words()}{(version is null ? ", which is not there" : version.IsActive ? "" : $", which is {version.State}: {version.StateReason}")}",
            Artifacts = ArtifactsOf(what.Look, what.Place, version),
            Version = PublishedFor.Of(version?.Description)?.Version,
            Since = DateTimeOffset.TryParse(version?.LastModified, CultureInfo.InvariantCulture, out var since) ? since : null,
        };
    }

    private static Observation Nothing(FunctionConfiguration? function, LambdaSettings settings, string name, AwsScope scope) => new()
    {
        Health = TargetHealth.Nothing,
        Summary = function is null ? $"there is no function {name} in {scope.Region}" : $"function {name} has no alias {settings.Alias} yet",
    };

    private static TargetHealth HealthOf(FunctionAlias alias, FunctionConfiguration? version) => (alias, version) switch
    {
        (_, null) => TargetHealth.Unhealthy,
        ({ Weights.Count: > 0 }, _) => TargetHealth.Changing,
        (_, { State: "Pending" }) => TargetHealth.Changing,
        (_, { IsActive: true }) => TargetHealth.Healthy,
        _ => TargetHealth.Unhealthy,
    };

    private static IReadOnlyList<Artifact> ArtifactsOf(TargetLook look, FunctionPlace place, FunctionConfiguration? version)
    {
        if (version?.Code is not { } digest) return [];
        var name = look.Artifacts.FirstOrDefault(a => a.Kind == ArtifactKind.Function)?.Name ?? Artifact.DefaultName;
        return [new Artifact(name, ArtifactKind.Function, $"s3://{place.Bucket}/{look.Key.Application}/{digest.Hex}.zip", digest)];
    }
}
