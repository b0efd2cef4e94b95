using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Core.Deployments;

namespace Towpath.Aws.StaticSite.Steps;

/// <summary>Looks whether the site is what was deployed: its manifest says so, and its front page is the release's.</summary>
internal sealed class ObserveStep(S3Client s3, ManifestStore manifests) : StaticSiteStep
{
    public const string Name = "static-site.observe";

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, CancellationToken cancellationToken)
    {
        var manifest = (await manifests.ReadAsync(place, cancellationToken)).Manifest;
        if (!manifest.Is(inputs.Digest, inputs.Site.Rules)) throw new ManifestChangedException(place, manifest);
        if (await StaticSiteObservation.ProblemAsync(s3, place, manifest, cancellationToken) is { } problem) return new StepResult.Failed(problem);
        context.Log($"{place} is {inputs.Digest}");
        return new StepResult.Done();
    }
}
