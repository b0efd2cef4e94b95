using Towpath.Aws.Calling;
using Towpath.Aws.Lambda.Api;
using Towpath.Aws.Ssm;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.Lambda;

/// <summary>What a deployment would change: code, alias and parameter.</summary>
public sealed class LambdaPreview(LambdaClient lambda, ParameterLookup parameters, SsmClient ssm, OperatorLimits limits) : ITargetPreview
{
    public string Kind => LambdaSettings.Kind;

    public async Task<PreviewResult> PreviewAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var settings = LambdaSettings.Read(request.Environment.Target);
        var scope = settings.Place.ForLook(request.Key, "preview");
        var place = await FunctionPlace.ResolveAsync(parameters, scope, settings, limits.For(request.Repository), cancellationToken);
        if (place.Problems.Count > 0) return new PreviewResult.Refused(string.Join("; ", place.Problems));
        if (request.Artifacts is not [{ Kind: ArtifactKind.Function } artifact]) return new PreviewResult.Refused("a lambda target takes one artifact of the kind function");
        return new PreviewResult.Previewed([
            .. await AliasAsync(scope, settings, place, artifact.Digest, cancellationToken),
            .. await ParameterAsync(scope, settings, request.Version, cancellationToken)]);
    }

    private async Task<IEnumerable<Difference>> AliasAsync(AwsScope scope, LambdaSettings settings, FunctionPlace place, Digest digest, CancellationToken cancellationToken)
    {
        var subject = $"function {place.Function}";
        var alias = await lambda.FindAliasAsync(scope, place.Function, settings.Alias, cancellationToken);
        var version = alias is null ? null : await lambda.FindAsync(scope, place.Function, alias.FunctionVersion, cancellationToken);
        // The configuration is published with the code: other memory or variables make another version of the same zip.
        List<Difference> differences = [new(subject, $"alias {settings.Alias}", alias?.Words(), "a new version")];
        if (version?.Code != digest) differences.Add(new(subject, "code", version?.Code?.Value, digest.Value));
        if (settings.Weights.Count > 0 && alias is not null)
            differences.Add(new(subject, "shift", null, string.Join(", ", settings.Weights.Select(w => $"{w.Percent} % for {w.For.TotalSeconds:0} s")) + ", then all"));
        return differences;
    }

    private async Task<IEnumerable<Difference>> ParameterAsync(AwsScope scope, LambdaSettings settings, string version, CancellationToken cancellationToken)
    {
        if (settings.VersionParameter is not { } name) return [];
        var before = await ssm.ReadAsync(scope, name, cancellationToken);
        return before == version ? [] : [new Difference($"parameter {name}", "value", before, version)];
    }
}
