using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.CloudFront;
using Towpath.AwsEmulator.Ecr;
using Towpath.AwsEmulator.Ecs;
using Towpath.AwsEmulator.Iam;
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
        new IamService(world),
        new S3Service(world),
        new SsmService(world),
        new StsService(world),
        new EcrApi(world),
        new EcsApi(world),
        new LogsApi(world),
    ];
}
