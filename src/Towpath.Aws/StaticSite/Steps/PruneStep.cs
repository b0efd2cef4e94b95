using Towpath.Aws.Calling;
using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;

namespace Towpath.Aws.StaticSite.Steps;

/// <summary>Removes assets that nobody needs any more. What goes wrong with that fails no deployment.</summary>
internal sealed class PruneStep(SitePruning pruning) : StaticSiteStep
{
    public const string Name = "static-site.prune";

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, CancellationToken cancellationToken)
    {
        try
        {
            if (await pruning.PruneAsync(place, inputs.Site, [inputs.Digest, .. inputs.Keep], context.EnsureOwnedAsync, cancellationToken) is > 0 and var removed)
                context.Log($"{removed} objects of earlier releases were removed");
        }
        catch (Exception e) when (e is AwsException or ManifestChangedException or UnreadableManifestException)
        {
            context.Log($"not everything was pruned, the next deployment goes on with it: {(e is AwsException aws ? aws.Failure.Service == "s3" ? S3Words.Of(aws, place.Bucket) : AwsWords.Of(aws) : e.Message)}");
        }

        return new StepResult.Done();
    }
}
