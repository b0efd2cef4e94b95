using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Aws.Calling;
using Towpath.Aws.CloudWatch;
using Towpath.Aws.Credentials;
using Towpath.Aws.Lambda.Api;
using Towpath.Aws.Lambda.Steps;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Lambda;

internal static class LambdaServices
{
    public static IServiceCollection AddLambda(this IServiceCollection services)
    {
        services.TryAddSingleton<AlarmClient>();
        services.TryAddSingleton<LambdaClient>();
        services.TryAddSingleton(p => new CodeBucket(p.GetRequiredService<AwsHttp>(), p.GetRequiredService<AwsEndpoints>(), p.GetRequiredService<IAwsCredentials>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<LambdaChecks>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITarget, LambdaTarget>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetPreview, LambdaPreview>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetInspection, LambdaInspection>());
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IStep, CopyStep>(), ServiceDescriptor.Singleton<IStep, PublishStep>(), ServiceDescriptor.Singleton<IStep, ReadyStep>(),
            ServiceDescriptor.Singleton<IStep, ShiftStep>(), ServiceDescriptor.Singleton<IStep, ShiftBackStep>(), ServiceDescriptor.Singleton<IStep, ParameterStep>(),
            ServiceDescriptor.Singleton<IStep, ObserveStep>(),
        ]);
        return services;
    }
}
