using Towpath.Aws.Calling;
using Towpath.Aws.Lambda.Api;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.Lambda;

/// <summary>Looks at everything that a deployment would need.</summary>
public sealed class LambdaInspection(LambdaChecks checks, LambdaClient lambda, ParameterLookup parameters, SsmClient ssm, OperatorLimits limits) : ITargetInspection
{
    public string Kind => LambdaSettings.Kind;

    public async Task<Finding> InspectAsync(TargetLook look, CancellationToken cancellationToken)
    {
        var settings = LambdaSettings.Read(look.Environment.Target);
        var scope = settings.Place.ForLook(look.Key, "verify");
        var subject = $"{look.Key}: lambda in {scope.Region}";
        // Whoever may not even do this may not look at all.
        var place = await FunctionPlace.ResolveAsync(parameters, scope, settings with { VersionParameter = null }, limits.For(look.Repository), cancellationToken);
        List<Finding> lookup = place.Problems.Count > 0 ? [new Finding("parameters", FindingState.Wrong, string.Join("; ", place.Problems))] : settings.LooksUp ? [new Finding("parameters", FindingState.Ok)] : [];
        return Finding.Of(subject, [
            .. lookup,
            place.Function.Length == 0 ? Skipped("function") : await Findings.AtAsync($"function {place.Function}", () => checks.FunctionAsync(scope, place.Function, cancellationToken)),
            place.Function.Length == 0 ? Skipped("alias") : await AliasAsync(scope, settings, place, cancellationToken),
            place.Bucket.Length == 0 ? Skipped("bucket") : await Findings.AtAsync($"bucket {place.Bucket}", () => checks.BucketAsync(scope, place.Bucket, cancellationToken)),
            await ParameterAsync(scope, settings, cancellationToken),
            settings.Alarms.Count == 0
                ? Findings.Skipped("alarms", "the spec names none")
                : await Findings.AtAsync("alarms", async () => await checks.AlarmsAsync(scope, settings.Alarms, cancellationToken) is { Count: > 0 } missing ? string.Join("; ", missing) : null),
        ]);
    }

    private async Task<Finding> AliasAsync(AwsScope scope, LambdaSettings settings, FunctionPlace place, CancellationToken cancellationToken)
    {
        var words = "";
        return await Findings.AtAsync($"alias {settings.Alias}", async () =>
        {
            var alias = await lambda.FindAliasAsync(scope, place.Function, settings.Alias, cancellationToken);
            words = alias?.Words() ?? "not there yet; the first deployment makes it";
            return alias is { Weights.Count: > 0 } ? $"it is at {words}: a gradual shift is under way; wait for its end, or set it to one version" : null;
        }, () => words);
    }

    private async Task<Finding> ParameterAsync(AwsScope scope, LambdaSettings settings, CancellationToken cancellationToken)
    {
        if (settings.VersionParameter is not { } name) return Findings.Skipped("version parameter", "the spec names none");
        var value = "";
        return await Findings.AtAsync($"parameter {name}", async () =>
        {
            value = await ssm.ReadAsync(scope, name, cancellationToken) ?? "not there yet; the first deployment makes it";
            return null;
        }, () => value);
    }

    private static Finding Skipped(string subject) => Findings.Skipped(subject, "its name is not known");
}
