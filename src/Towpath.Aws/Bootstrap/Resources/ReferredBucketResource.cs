using Towpath.Aws.Calling;
using Towpath.Aws.S3;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;

namespace Towpath.Aws.Bootstrap.Resources;

/// <summary>A bucket that a parameter names, and that is therefore the infrastructure's own: looked at, never made.</summary>
internal sealed class ReferredBucketResource(BucketClient buckets, SsmClient ssm, AwsScope scope, string parameter, string? account)
    : EstateResource("bucket", $"ssm:{parameter}", account)
{
    public override async Task<EstateState> LookAsync(CancellationToken cancellationToken)
    {
        if (!(await ssm.GetAsync(scope, [parameter], cancellationToken)).TryGetValue(parameter, out var found)) return new EstateState(EstateVerb.Fill, $"the parameter {parameter} comes first");
        if (found.IsSecret) return new EstateState(EstateVerb.Blocked, SecretParameterException.SentenceOf(parameter));
        if (!PlaceKeys.IsBucket(found.Value)) return new EstateState(EstateVerb.Blocked, $"the parameter {parameter} holds no bucket's name; correct it");
        return await buckets.HeadAsync(new S3Bucket(scope, found.Value), cancellationToken) is { } region
            ? new EstateState(EstateVerb.Same, $"{found.Value} is there, in {region}")
            : new EstateState(EstateVerb.Fill, $"there is no bucket {found.Value}: let the infrastructure's own code make it, or correct the parameter");
    }

    public override Task ApplyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
