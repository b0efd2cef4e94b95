using Towpath.Aws.Calling;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.Core.Operators;

namespace Towpath.Aws.Lambda;

/// <summary>What the settings' references stand for.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Problems">A sentence for each reference that stands for nothing usable; the names are only usable where there is none.</param>
internal sealed record FunctionPlace(string Function, string Bucket, IReadOnlyList<string> Problems)
{
    public static async Task<FunctionPlace> ResolveAsync(ParameterLookup parameters, AwsScope scope, LambdaSettings settings, OperatorLimits limits, CancellationToken cancellationToken)
    {
        var found = await parameters.ResolveAsync(
            scope, new Dictionary<string, string>(StringComparer.Ordinal) { ["function"] = settings.Function, ["bucket"] = settings.Bucket }, settings.VersionParameter, cancellationToken);
        var problems = found.Missing.ToList();
        var (function, wrong) = NameOf(found.Values.GetValueOrDefault("function") ?? "", scope.Region);
        if (wrong is not null) problems.Add(wrong);
        var bucket = found.Values.GetValueOrDefault("bucket") ?? "";
        if (bucket.Length > 0 && !PlaceKeys.IsBucket(bucket)) problems.Add($"`bucket`: the parameter {ParameterLookup.NameIn(settings.Bucket)} holds '{bucket}', which is no bucket's name; mend it");
        // A parameter may hold the name of anybody's bucket.
        else if (bucket.Length > 0 && ProjectChecks.Bucket(limits, bucket) is { } foreign) problems.Add($"`bucket`: {foreign}");
        return new FunctionPlace(function, bucket, problems);
    }

    /// <summary>Infrastructure often keeps the ARN where a name is meant.</summary>
    private static (string Name, string? Problem) NameOf(string text, string region)
    {
        if (!text.StartsWith("arn:", StringComparison.Ordinal)) return (text, null);
        if (text.Split(':') is not [_, _, "lambda", var where, _, "function", var name, ..]) return ("", $"`function`: '{text}' is no function's ARN; mend the parameter");
        return where == region ? (name, null) : (name, $"`function`: {text} is in {where}, and `region` says {region}; correct one of them");
    }
}
