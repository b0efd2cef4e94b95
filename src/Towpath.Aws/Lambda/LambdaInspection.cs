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
        var place = await FunctionPlace.ResolveAsync(parameters, scope, settings, limits.For(look.Repository), cancellationToken);
        var lookup = place.Problems.Count > 0 ? new Finding("parameters", FindingState.Wrong, string.Join("; ", place.Problems)) : new Finding("parameters", FindingState.Ok);
        return Finding.Of(subject, [
            lookup,
            place.Function.Length == 0 ? Skipped("function") : await LookAsync($"function {place.Function}", () => checks.FunctionAsync(scope, place.Function, cancellationToken)),
            place.Function.Length == 0 ? Skipped("alias") : await AliasAsync(scope, settings, place, cancellationToken),
            place.Bucket.Length == 0 ? Skipped("bucket") : await LookAsync($"bucket {place.Bucket}", () => checks.BucketAsync(scope, place.Bucket, cancellationToken)),
            await ParameterAsync(scope, settings, cancellationToken),
            settings.Alarms.Count == 0
                ? new Finding("alarms", FindingState.Skipped, "the spec names none")
                : await LookAsync("alarms", async () => await checks.AlarmsAsync(scope, settings.Alarms, cancellationToken) is { Count: > 0 } missing ? string.Join("; ", missing) : null),
        ]);
    }

    private async Task<Finding> AliasAsync(AwsScope scope, LambdaSettings settings, FunctionPlace place, CancellationToken cancellationToken)
    {
        var words = "";
        var finding = await LookAsync($"alias {settings.Alias}", async () =>
        {
            var alias = await lambda.FindAliasAsync(scope, place.Function, settings.Alias, cancellationToken);
            words = alias?.Words() ?? "not there yet; the first deployment makes it";
            return alias is { Weights.Count: > 0 } ? $"it is at {words}: a gradual shift is under way; wait for its end, or set it to one version" : null;
        });
        return finding.IsWrong ? finding : finding with { Detail = words };
    }

    private async Task<Finding> ParameterAsync(AwsScope scope, LambdaSettings settings, CancellationToken cancellationToken)
    {
        if (settings.VersionParameter is not { } name) return new Finding("version parameter", FindingState.Skipped, "the spec names none");
        var value = "";
        var finding = await LookAsync($"parameter {name}", async () =>
        {
            value = (await ssm.GetAsync(scope, [name], cancellationToken)).GetValueOrDefault(name)?.Value ?? "not there yet; the first deployment makes it";
            return null;
        });
        return finding.IsWrong ? finding : finding with { Detail = value };
    }

    private static Finding Skipped(string subject) => new(subject, FindingState.Skipped, "its name is not known");

    private static async Task<Finding> LookAsync(string subject, Func<Task<string?>> look)
    {
        try
        {
            return await look() is { } wrong ? new Finding(subject, FindingState.Wrong, wrong) : new Finding(subject, FindingState.Ok);
        }
        catch (AwsException e) when (e.Kind != RefusalKind.Technical)
        {
            return new Finding(subject, FindingState.Wrong, AwsWords.Of(e));
        }
    }
}
