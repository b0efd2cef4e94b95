using System.Collections.Frozen;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Limits;

/// <summary>Operations that share one limit per account and region.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Burst">How many calls may be made at once.</param>
/// <param name="PerSecond">How many a second after that.</param>
public sealed record ApiGroup(string Name, int Burst, double PerSecond)
{
    /// <summary>
    /// How many of the burst are left alone. AWS counts when a call arrives, not when it is made: with calls on their way, two that were made
    /// in time may arrive too close to each other.
    /// </summary>
    public int Spare => Math.Max(1, Burst / 10);

    // Amazon ECS API Reference, "Request throttling for the Amazon ECS API"; AWS Systems Manager, Lambda, ECR, CloudWatch and CloudWatch Logs "Quotas".
    // What is not listed there gets its service's most careful figure.
    private static readonly ApiGroup TaskDefinitions = new("task definition registrations", 20, 1);
    private static readonly ApiGroup Services = new("service changes", 50, 5);
    private static readonly ApiGroup ServiceReads = new("service reads", 100, 20);
    private static readonly ApiGroup ServiceDeployments = new("service deployment reads", 50, 20);
    private static readonly ApiGroup TaskReads = new("task reads", 100, 20);
    private static readonly ApiGroup Tasks = new("task starts", 100, 40);
    private static readonly ApiGroup OtherEcs = new("other ECS calls", 50, 10);
    private static readonly ApiGroup Parameters = new("parameters", 40, 40);
    private static readonly ApiGroup Images = new("image manifests written", 10, 10);
    private static readonly ApiGroup OtherEcr = new("ECR calls", 50, 50);
    private static readonly ApiGroup Functions = new("function changes", 15, 15);
    private static readonly ApiGroup Alarms = new("alarm reads", 9, 9);
    private static readonly ApiGroup Logs = new("log reads", 10, 10);
    private static readonly ApiGroup Other = new("calls", 20, 10);

    private static readonly FrozenDictionary<string, ApiGroup> ByOperation = new Dictionary<string, ApiGroup>(StringComparer.Ordinal)
    {
        ["ecs:RegisterTaskDefinition"] = TaskDefinitions,
        ["ecs:DeregisterTaskDefinition"] = TaskDefinitions,
        ["ecs:CreateService"] = Services,
        ["ecs:UpdateService"] = Services,
        ["ecs:DeleteService"] = Services,
        ["ecs:DescribeServices"] = ServiceReads,
        ["ecs:DescribeServiceDeployments"] = ServiceDeployments,
        ["ecs:DescribeServiceRevisions"] = ServiceDeployments,
        ["ecs:DescribeTaskDefinition"] = ServiceDeployments,
        ["ecs:DescribeTasks"] = TaskReads,
        ["ecs:ListTasks"] = TaskReads,
        ["ecs:RunTask"] = Tasks,
        ["ecr:PutImage"] = Images,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ApiGroup> ByService = new Dictionary<string, ApiGroup>(StringComparer.Ordinal)
    {
        ["ecs"] = OtherEcs,
        ["ecr"] = OtherEcr,
        ["ssm"] = Parameters,
        ["lambda"] = Functions,
        ["monitoring"] = Alarms,
        ["logs"] = Logs,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ApiGroup Of(AwsService service, string operation) =>
        ByOperation.GetValueOrDefault($"{service.SigningName}:{operation}") ?? ByService.GetValueOrDefault(service.SigningName) ?? Other with { Name = service.SigningName + " calls" };
}
