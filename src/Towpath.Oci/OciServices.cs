using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Core.Artifacts;
using Towpath.Oci.Artifacts;
using Towpath.Oci.Authentication;
using Towpath.Oci.Calling;
using Towpath.Oci.Manifests;
using Towpath.Oci.References;
using Towpath.Oci.Tags;

namespace Towpath.Oci;

public static class OciServices
{
    /// <summary>
    /// Registers <see cref="IOciClient"/>, the artifact source <c>oci</c>, its tags and the logins of docker's configuration. Further
    /// <see cref="IRegistryCredentials"/> are asked in the order of their registration; whoever registers first is asked first.
    /// </summary>
    public static IServiceCollection AddTowpathOci(this IServiceCollection services, OciOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options);
        services.TryAddSingleton<RegistryHosts>();
        services.TryAddSingleton<OciHttp>();
        services.TryAddSingleton<HostThrottle>();
        services.TryAddSingleton<RegistryRetry>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRegistryCredentials, DockerConfigCredentials>());
        services.TryAddSingleton<TokenService>();
        services.TryAddSingleton<Authorizer>();
        services.TryAddSingleton<RegistryCaller>();
        services.TryAddSingleton<ManifestClient>();
        services.TryAddSingleton<IOciClient, OciClient>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IImageTags, Tagging>());
        services.AddSingleton<IArtifactSource>(provider => new OciArtifactSource(provider.GetRequiredService<IOciClient>()));
        return services;
    }
}
