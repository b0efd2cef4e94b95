using Towpath.Aws.Calling;
using Towpath.Aws.CloudFront;
using Towpath.Aws.S3;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite;

/// <summary>Looks whether role, parameters, bucket, distribution and artifacts are there and may be used.</summary>
internal sealed class StaticSiteInspection(ParameterLookup parameters, SsmClient ssm, S3Client s3, S3ArtifactSource artifacts, CloudFrontClient cloudFront, OperatorLimits limits) : ITargetInspection
{
    public string Kind => StaticSiteSettings.Kind;

    public async Task<Finding> InspectAsync(TargetLook look, CancellationToken cancellationToken)
    {
        var site = StaticSiteSettings.Read(look.Environment.Target);
        var scope = site.Place.ForLook(look.Key, "verify");
        // Whoever may not even do this may not look at all.
        var found = await parameters.ResolveAsync(scope, site.Values, written: null, cancellationToken);
        var findings = found.Missing.Select(m => new Finding("parameter", FindingState.Wrong, m)).ToList();
        var values = found.Values;
        var own = limits.For(look.Repository);
        findings.Add(values.TryGetValue("bucket", out var bucket) ? await BucketAsync(new S3Bucket(scope, bucket), own, cancellationToken) : Skipped("bucket"));
        if (site.DistributionId is not null)
            findings.Add(values.TryGetValue("distribution", out var id) ? await DistributionAsync(scope, id, bucket, cancellationToken) : Skipped("distribution"));
        if (site.KeyParameter is { } parameter) findings.Add(await KeyParameterAsync(scope, parameter, cancellationToken));
        foreach (var artifact in look.Artifacts.Where(a => a.Kind == ArtifactKind.StaticSite && artifacts.Check(a.Source, own) is null))
            if (artifacts.BucketOf(artifact.Source) is { } shared) findings.Add(await TryAsync($"artifacts in {shared}", e => S3Words.Of(e, shared), async () =>
            {
                await s3.HeadBucketAsync(shared, cancellationToken);
                return "readable";
            }));
        return Finding.Of($"static-site {bucket ?? site.Bucket}", findings);
    }

    private Task<Finding> BucketAsync(S3Bucket bucket, OperatorLimits limits, CancellationToken cancellationToken) => TryAsync($"bucket {bucket}", e => S3Words.Of(e, bucket), async () =>
    {
        if (StaticSiteLooks.BucketProblem(bucket.Name, limits) is { } problem) throw new FormatException(problem.Reason);
        await s3.HeadBucketAsync(bucket, cancellationToken);
        return await s3.IsPublicAccessBlockedAsync(bucket, cancellationToken) switch
        {
            true => "public access is blocked: only CloudFront and roles read it",
            false => "public access is not blocked: its policy decides who reads it, `.towpath/` included",
            null => "whether public access is blocked may not be asked",
        };
    });

    private Task<Finding> DistributionAsync(AwsScope scope, string id, string? bucket, CancellationToken cancellationToken) => TryAsync($"distribution {id}", words: null, async () =>
    {
        if (!StaticSiteSettings.IsDistribution(id)) throw new FormatException("that is no id of a distribution; mend the parameter");
        var found = await cloudFront.GetDistributionAsync(scope, id, cancellationToken);
        if (!found.Enabled) throw new FormatException($"{found.Domain} is disabled; enable it");
        return bucket is null || found.Origins.Any(o => o.IsBucket(bucket))
            ? $"{found.Domain}, {found.Status}"
            : throw new FormatException($"its content is from {string.Join(", ", found.Origins.Select(o => o.Domain))}, not from the bucket '{bucket}'; correct `bucket` or `distribution`");
    });

    private Task<Finding> KeyParameterAsync(AwsScope scope, string name, CancellationToken cancellationToken) => TryAsync($"parameter {name}", words: null, async () =>
        await ssm.ReadAsync(scope, name, cancellationToken) ?? "is made by the first deployment");

    private static Task<Finding> TryAsync(string subject, Func<AwsException, string>? words, Func<Task<string>> look)
    {
        string? seen = null;
        return Findings.AtAsync(subject, async () =>
        {
            try
            {
                seen = await look();
                return null;
            }
            catch (FormatException e)
            {
                return e.Message;
            }
        }, () => seen, words);
    }

    private static Finding Skipped(string subject) => Findings.Skipped(subject, "its parameter is not there");
}
