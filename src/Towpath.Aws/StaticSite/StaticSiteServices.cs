using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Aws.CloudFront;
using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Aws.StaticSite.Steps;
using Towpath.Aws.StaticSite.Uploads;
using Towpath.Core.Deployments;
using Towpath.Core.Sites;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite;

internal static class StaticSiteServices
{
    /// <summary>The target <c>static-site</c>.</summary>
    public static void AddStaticSite(this IServiceCollection services)
    {
        services.TryAddSingleton(new SiteLimits());
        services.TryAddSingleton<CloudFrontClient>();
        services.TryAddSingleton<ManifestStore>();
        services.TryAddSingleton<SiteArtifacts>();
        services.TryAddSingleton<ContentCache>();
        services.TryAddSingleton<SiteSource>();
        services.TryAddSingleton<SiteUploads>();
        services.TryAddSingleton<SitePruning>();
        services.TryAddSingleton<StaticSiteLooks>();
        services.TryAddSingleton<StaticSiteObservation>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITarget, StaticSiteTarget>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetPreview, StaticSitePreview>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetInspection, StaticSiteInspection>());
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IStep, FetchStep>(),
            ServiceDescriptor.Singleton<IStep, AssetsStep>(),
            ServiceDescriptor.Singleton<IStep, PagesStep>(),
            ServiceDescriptor.Singleton<IStep, InvalidateStep>(),
            ServiceDescriptor.Singleton<IStep, RecordStep>(),
            ServiceDescriptor.Singleton<IStep, ObserveStep>(),
            ServiceDescriptor.Singleton<IStep, PruneStep>(),
        ]);
    }
}
