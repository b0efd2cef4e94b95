using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Towpath.Aws.Bootstrap;
using Towpath.Aws.Calling;
using Towpath.Aws.CloudWatch;
using Towpath.Aws.Credentials;
using Towpath.Aws.Ecr;
using Towpath.Aws.Ecs.Following;
using Towpath.Aws.Ecs.Inspection;
using Towpath.Aws.Ecs.Steps;
using Towpath.Aws.Ecs;
using Towpath.Aws.Events;
using Towpath.Aws.Iam;
using Towpath.Aws.Lambda;
using Towpath.Aws.Limits;
using Towpath.Aws.LoadBalancing;
using Towpath.Aws.Logs;
using Towpath.Aws.S3;
using Towpath.Aws.Ssm;
using Towpath.Aws.StaticSite;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws;

public static class AwsServices
{
    /// <summary>Registers the AWS clients, targets, steps and artifact sources.</summary>
    public static IServiceCollection AddTowpathAws(this IServiceCollection services, AwsOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options);
        // Whoever hosts targets says what is allowed; where nobody does, nothing is.
        services.TryAddSingleton(OperatorLimits.Nothing);
        services.TryAddSingleton(new AwsEndpoints(options.Variable));
        services.TryAddSingleton(_ => AwsHttp.Create());
        services.TryAddSingleton<ApiLimits>();
        services.TryAddSingleton<IAwsCredentials>(p => new AwsCredentialChain(options, p.GetRequiredService<AwsHttp>(), p.GetRequiredService<AwsEndpoints>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(p => new AwsCaller(
            p.GetRequiredService<AwsHttp>(), p.GetRequiredService<AwsEndpoints>(), p.GetRequiredService<IAwsCredentials>(), p.GetRequiredService<ApiLimits>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<SsmClient>();
        services.TryAddSingleton<ParameterLookup>();
        services.AddEcs();
        services.AddS3();
        services.AddStaticSite();
        services.AddLambda();
        services.AddBootstrap();
        return services;
    }

    private static void AddEcs(this IServiceCollection services)
    {
        services.TryAddSingleton<EcrClient>();
        services.TryAddSingleton<EcrArtifactSource>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IArtifactSource, EcrArtifactSource>());
        services.TryAddSingleton<LogsClient>();
        services.TryAddSingleton<EventsClient>();
        services.TryAddSingleton<EcsClient>();
        services.TryAddSingleton<EcsLooks>();
        services.TryAddSingleton<OurDeployment>();
        services.TryAddSingleton<RolloutLook>();
        services.TryAddSingleton<TaskLogs>();
        services.TryAddSingleton<RolloutDiagnosis>();
        services.TryAddSingleton<EcsPlaces>();
        services.TryAddSingleton<ImageCheck>();
        services.TryAddSingleton<EcsTemplate>();
        services.TryAddSingleton<RunningImages>();
        services.TryAddSingleton<EcsPlanning>();
        services.TryAddSingleton<EcsObservation>();
        services.TryAddSingleton<TargetGroups>();
        services.TryAddSingleton<AlarmClient>();
        services.TryAddSingleton<IamClient>();
        services.TryAddSingleton<DefinitionInspection>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITarget, EcsTarget>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetPreview, EcsPreview>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetInspection, EcsInspection>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStep, ParameterStep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStep, RegisterStep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStep, MigrateStep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStep, UpdateStep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStep, FollowStep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStep, StopStep>());
    }
}

/// <summary>The connections to AWS, kept and shared by all clients but the SDK's own.</summary>
internal sealed class AwsHttp(HttpMessageHandler handler) : HttpMessageInvoker(handler)
{
    public static AwsHttp Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AutomaticDecompression = System.Net.DecompressionMethods.None,
    });
}
