using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.CloudFront;
using Towpath.AwsEmulator.CloudWatch;
using Towpath.AwsEmulator.Ecr;
using Towpath.AwsEmulator.Ecs;
using Towpath.AwsEmulator.ElasticLoadBalancing;
using Towpath.AwsEmulator.EventBridge;
using Towpath.AwsEmulator.Iam;
using Towpath.AwsEmulator.Lambda;
using Towpath.AwsEmulator.Logs;
using Towpath.AwsEmulator.S3;
using Towpath.AwsEmulator.Ssm;
using Towpath.AwsEmulator.Sts;

namespace Towpath.AwsEmulator;

/// <summary>Every service, one line each.</summary>
internal static class EmulatedServices
{
    public static IReadOnlyList<IEmulatedService> Create(EmulatorWorld world) =>
    [
        new CloudFrontService(world),
        new CloudWatchApi(world),
        new EcrApi(world),
        new EcsApi(world),
        new EventsApi(world),
        new IamService(world),
        new LambdaApi(world),
        new LoadBalancingApi(world),
        new LogsApi(world),
        new S3Service(world),
        new SchedulerApi(world),
        new SsmService(world),
        new StsService(world),
    ];
}
