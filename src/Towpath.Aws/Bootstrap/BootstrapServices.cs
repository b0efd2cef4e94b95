using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Aws.Ecr.Repositories;
using Towpath.Aws.Ecs;
using Towpath.Aws.Iam;
using Towpath.Aws.Lambda;
using Towpath.Aws.S3;
using Towpath.Aws.StaticSite;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Bootstrap;

internal static class BootstrapServices
{
    public static IServiceCollection AddBootstrap(this IServiceCollection services)
    {
        services.TryAddSingleton(p => new BucketClient(p.GetRequiredService<AwsHttp>(), p.GetRequiredService<AwsEndpoints>(), p.GetRequiredService<IAwsCredentials>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IamClient>();
        services.TryAddSingleton<RepositoryClient>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IImageTags, EcrTags>());
        services.TryAddSingleton<EcrLogins>();
        services.TryAddSingleton<EstateClients>();
        services.TryAddSingleton<EstatePlanner>();
        services.TryAddSingleton<Bootstrapper>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<ITargetPermissions, EcsAccess>(),
            ServiceDescriptor.Singleton<ITargetPermissions, LambdaPermissions>(),
            ServiceDescriptor.Singleton<ITargetPermissions, StaticSitePermissions>(),
        ]);
        return services;
    }
}
