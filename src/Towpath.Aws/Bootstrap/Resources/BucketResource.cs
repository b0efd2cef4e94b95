using Towpath.Aws.Bootstrap.Policies;
using Towpath.Aws.Calling;
using Towpath.Aws.S3;

namespace Towpath.Aws.Bootstrap.Resources;

/// <summary>A bucket: private, encrypted, versioned, and rid of what was replaced long ago.</summary>
internal sealed class BucketResource(BucketClient buckets, AwsScope scope, BucketWish wish) : EstateResource("bucket", wish.Name, wish.Account)
{
    private const string Lifecycle = "lifecycle";
    private const string Policy = "bucket policy";
    private const string Versioning = "versioning";
    private const string Public = "public access";
    private const string Encryption = "encryption";

    public override async Task<EstateState> LookAsync(CancellationToken cancellationToken)
    {
        if (!wish.IsShared && await buckets.HeadAsync(new S3Bucket(scope, wish.Name), cancellationToken) is { } region)
            return region == scope.Region
                ? new EstateState(EstateVerb.Same, "it is there; its settings are its infrastructure's own and are left alone")
                : new EstateState(EstateVerb.Blocked, $"it is in {region}, and its environment in {scope.Region}; name another bucket, or correct `region`");
        var found = wish.IsShared ? await buckets.FindAsync(scope, wish.Name, cancellationToken) : null;
        List<Aspect> aspects =
        [
            new(Public, found?.PublicAccess, BucketClient.Blocked),
            new(Encryption, found?.Encryption, found?.Encryption ?? BucketClient.Encrypted),
            new(Versioning, found?.Versioning, BucketClient.Versioned),
            new(Lifecycle, found?.Lifecycle, BucketClient.LifecycleText(wish.NoncurrentDays)),
        ];
        if (wish.Policy is { } policy) aspects.Add(new(Policy, found?.Policy, PolicyText.Merged(found?.Policy, policy)));
        return found is null ? new EstateState(EstateVerb.Create, $"in {scope.Region}", aspects) : EstateState.Of(aspects);
    }

    public override async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var state = await LookAsync(cancellationToken);
        if (state.Verb == EstateVerb.Create) await buckets.CreateAsync(scope, wish.Name, cancellationToken);
        foreach (var aspect in state.Aspects)
            await (aspect.Name switch
            {
                Public => buckets.BlockPublicAsync(scope, wish.Name, cancellationToken),
                Encryption => buckets.EncryptAsync(scope, wish.Name, cancellationToken),
                Versioning => buckets.VersionAsync(scope, wish.Name, cancellationToken),
                Lifecycle => buckets.PutLifecycleAsync(scope, wish.Name, wish.NoncurrentDays, cancellationToken),
                Policy => buckets.PutPolicyAsync(scope, wish.Name, aspect.After, cancellationToken),
                _ => throw new InvalidOperationException($"a bucket has no {aspect.Name}"),
            });
    }
}

/// <param name="Name">The bucket.</param>
/// <param name="Account">Whose it is; null for the caller's.</param>
/// <param name="Policy">Who may read it, beside what others wrote there; null for no policy.</param>
/// <param name="NoncurrentDays">After how many days replaced versions go.</param>
/// <param name="IsShared">Builds lie in it, and it is Towpath's to look after. Else it is an environment's, made where it is missing and then its infrastructure's.</param>
internal sealed record BucketWish(string Name, string? Account, string? Policy, int NoncurrentDays, bool IsShared);
