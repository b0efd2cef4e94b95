using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Core.Deployments;

namespace Towpath.Aws.StaticSite.Steps;

/// <summary>Brings the artifact to this machine and verifies its digest, unless the site is that artifact already. Changes nothing in the bucket.</summary>
internal sealed class FetchStep(ManifestStore manifests, SiteSource source) : StaticSiteStep
{
    public const string Name = "static-site.fetch";

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, CancellationToken cancellationToken)
    {
        var seen = await manifests.ReadAsync(place, cancellationToken);
        if (seen.Manifest.Is(inputs.Digest, inputs.Site.Rules))
        {
            context.Log($"{place} is {inputs.Digest.Short} already");
            return new StepResult.Done();
        }

        try
        {
            if (await source.FetchAsync(inputs, cancellationToken) is { } problem) return new StepResult.Failed(problem);
            context.Log($"{inputs.Reference} is {inputs.Digest}");
        }
        catch (IOException e) when (IsRollback(context) && SiteSource.Kept(seen.Manifest, inputs.Digest) is not null)
        {
            context.Log($"the artifact cannot be read ({e.Message}); what earlier deployments kept of it in the bucket is used instead");
        }

        return new StepResult.Done();
    }
}
