using Towpath.Aws.Calling;
using Towpath.Aws.CloudWatch;
using Towpath.Aws.Lambda.Api;
using Towpath.Aws.S3;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Lambda;

/// <summary>What must be there before a deployment begins; everything that is not is told at once.</summary>
public sealed class LambdaChecks(LambdaClient lambda, BucketClient buckets, AlarmClient alarms, IEnumerable<IArtifactSource> sources)
{
    internal async Task<IReadOnlyList<string>> ProblemsAsync(AwsScope scope, LambdaSettings settings, FunctionPlace place, Artifact artifact, CancellationToken cancellationToken)
    {
        List<string?> problems = [.. place.Problems, ProblemOf(artifact)];
        if (place.Function.Length > 0) problems.Add(await FunctionAsync(scope, place.Function, cancellationToken));
        if (place.Bucket.Length > 0) problems.Add(await BucketAsync(scope, place.Bucket, cancellationToken));
        problems.AddRange(await AlarmsAsync(scope, settings.Alarms, cancellationToken));
        return [.. problems.OfType<string>()];
    }

    /// <returns>Null where all is well.</returns>
    internal async Task<string?> FunctionAsync(AwsScope scope, string function, CancellationToken cancellationToken) =>
        await lambda.FindAsync(scope, function, null, cancellationToken) switch
        {
            null => $"there is no function {function} in {scope.Region}; create it there, or check `region` and `function`",
            { PackageType: "Image" } => $"the function {function} runs a container image; a lambda target brings a zip",
            _ => null,
        };

    /// <returns>Null where all is well.</returns>
    internal async Task<string?> BucketAsync(AwsScope scope, string bucket, CancellationToken cancellationToken)
    {
        var region = await buckets.HeadAsync(new S3Bucket(scope, bucket), cancellationToken);
        if (region is null) return $"there is no bucket {bucket}; create it in {scope.Region}, or correct `bucket`";
        return region == scope.Region ? null : $"the bucket {bucket} is in {region}, and a function takes its code only from its own region, {scope.Region}; name another bucket";
    }

    internal async Task<IReadOnlyList<string>> AlarmsAsync(AwsScope scope, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0) return [];
        var found = await alarms.DescribeAsync(scope, names, cancellationToken);
        return [.. names.Where(name => !found.ContainsKey(name)).Select(name => $"there is no alarm '{name}' in {scope.Region}; create it, or correct `alarms`")];
    }

    private string? ProblemOf(Artifact artifact)
    {
        var scheme = ArtifactScheme.Of(artifact.Kind, artifact.Reference);
        return sources.Any(source => source.Scheme == scheme) ? null : $"nothing here can read artifacts of the scheme '{scheme}', such as '{artifact.Reference}'";
    }
}
