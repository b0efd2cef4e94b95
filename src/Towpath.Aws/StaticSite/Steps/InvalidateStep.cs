using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.CloudFront;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;

namespace Towpath.Aws.StaticSite.Steps;

/// <summary>Tells CloudFront which names have other content now, and waits until it has forgotten them everywhere.</summary>
internal sealed class InvalidateStep(ManifestStore manifests, CloudFrontClient cloudFront, TimeProvider time) : StaticSiteStep
{
    public const string Name = "static-site.invalidate";

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, CancellationToken cancellationToken)
    {
        if (inputs.Site.DistributionId is not { } distribution) return new StepResult.Done();
        var manifest = (await manifests.ReadAsync(place, cancellationToken)).Manifest;
        if (!manifest.Is(inputs.Digest, inputs.Site.Rules)) throw new ManifestChangedException(place, manifest);
        // Of an earlier deployment that did not come to its end nobody knows whether it told.
        var told = manifest.Deployment != context.Deployment.Id.Value && inputs.Keep.Contains(inputs.Digest);
        if (told || manifest.Changed.Count == 0)
        {
            context.Log("no name that CloudFront may have cached has other content now");
            return new StepResult.Done();
        }

        var scope = place.Bucket.Scope;
        var root = await RootAsync(scope, distribution, place, cancellationToken);
        var paths = InvalidationPaths.Of(manifest.Changed.Select(path => root + path));
        try
        {
            // Asking again with the same token and paths gives the same invalidation: that is also how it is looked at.
            await context.EnsureOwnedAsync(cancellationToken);
            var invalidation = await cloudFront.InvalidateAsync(scope, distribution, paths, $"{context.IdempotencyToken}-{manifest.Number}", cancellationToken);
            if (invalidation.Status != "Completed") invalidation = await cloudFront.GetInvalidationAsync(scope, distribution, invalidation.Id, cancellationToken);
            if (invalidation.Status != "Completed") return Pace.Again(context, time, $"CloudFront forgets {Words(paths)} (invalidation {invalidation.Id}: {invalidation.Status})");
            context.Log($"CloudFront has forgotten {Words(paths)}");
            return new StepResult.Done(new JsonObject { ["invalidation"] = invalidation.Id });
        }
        catch (AwsException e) when (e.Code == "TooManyInvalidationsInProgress")
        {
            return new StepResult.Running(TimeSpan.FromSeconds(10), "CloudFront has too many invalidations in progress; waiting for its other ones");
        }
    }

    /// <summary>What CloudFront calls the site's folder: an origin may begin there.</summary>
    private async Task<string> RootAsync(AwsScope scope, string distribution, SitePlace place, CancellationToken cancellationToken)
    {
        if (place.Folder.Length == 0) return "";
        var found = await cloudFront.GetDistributionAsync(scope, distribution, cancellationToken);
        var path = "/" + place.Folder.TrimEnd('/');
        return found.Origins.Any(o => o.IsBucket(place.Bucket.Name) && string.Equals(o.Path, path, StringComparison.Ordinal)) ? "" : place.Folder;
    }

    private static string Words(IReadOnlyList<string> paths) => paths is ["/*"] ? "all of its names" : paths.Count == 1 ? paths[0] : $"{paths.Count} names, such as {paths[0]}";
}
