using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.Local.Artifacts;
using Towpath.Local.Serving;
using Towpath.Local.Sites;
using Towpath.Local.Verifications.Commands;
using Towpath.Local.Verifications.Http;

namespace Towpath.Local;

public static class LocalServices
{
    /// <summary>Registers the target <c>local-site</c>, the artifact source <c>file</c> and the verifications <c>http</c> and <c>command</c>.</summary>
    public static IServiceCollection AddTowpathLocal(this IServiceCollection services, LocalOptions options)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options);
        services.TryAddSingleton<ISiteFiles, SiteFiles>();
        services.TryAddSingleton<LocalSiteReleases>();
        services.TryAddSingleton<LocalSiteHost>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetRetention, LocalSiteRetention>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetRemoval, LocalSiteRemoval>());
        services.AddSingleton<ITargetHost>(provider => provider.GetRequiredService<LocalSiteHost>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IArtifactSource, FileArtifactSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IArtifactSearch, FileArtifactSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITarget, LocalSiteTarget>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetPreview, LocalSitePreview>());
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IVerification, HttpVerification>(),
            ServiceDescriptor.Singleton<IVerification, CommandVerification>(),
        ]);
        AddSteps(services);
        return services;
    }

    private static void AddSteps(IServiceCollection services) => services.TryAddEnumerable(
    [
        ServiceDescriptor.Singleton<IStep, FetchStep>(),
        ServiceDescriptor.Singleton<IStep, UnpackStep>(),
        ServiceDescriptor.Singleton<IStep, SwitchStep>(),
        ServiceDescriptor.Singleton<IStep, ObserveStep>(),
        ServiceDescriptor.Singleton<IStep, HttpStep>(),
        ServiceDescriptor.Singleton<IStep, CommandStep>(),
    ]);
}
