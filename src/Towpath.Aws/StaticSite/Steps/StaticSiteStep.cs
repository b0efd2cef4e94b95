using Towpath.Aws.Calling;
using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;

namespace Towpath.Aws.StaticSite.Steps;

/// <summary>What the steps of this target have in common: inputs, and words for what S3 refuses.</summary>
internal abstract class StaticSiteStep : AwsStep
{
    protected sealed override async Task<StepResult> RunAsync(StepContext context, AwsScope scope, CancellationToken cancellationToken)
    {
        var inputs = StaticSiteInputs.Read(context.Inputs);
        var place = inputs.PlaceIn(scope);
        try
        {
            return await RunAsync(context, inputs, place, cancellationToken);
        }
        catch (ManifestChangedException e)
        {
            return new StepResult.Superseded(e.Message);
        }
        catch (Exception e) when (e is SiteRefusedException or UnreadableManifestException)
        {
            return new StepResult.Failed(e.Message);
        }
        catch (AwsException e) when (e.Failure.Service == "s3")
        {
            var words = S3Words.Of(e, place.Bucket);
            return e.IsTransient || e.IsAboutCredentials ? new StepResult.Errored(new IOException(words, e)) : new StepResult.Failed(words);
        }
        catch (IOException e) when (e is not AwsException)
        {
            return new StepResult.Errored(e);
        }
    }

    protected abstract Task<StepResult> RunAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, CancellationToken cancellationToken);

    protected static bool IsRollback(StepContext context) => context.Deployment.Phase == Phase.RollingBack;

    /// <summary>Whether the release under way is the one that this step works on.</summary>
    protected static bool IsMine(StepContext context, StaticSiteInputs inputs, SiteManifest manifest) =>
        manifest.Changing is { } changing && changing.Deployment == context.Deployment.Id.Value && changing.Digest == inputs.Digest;
}
