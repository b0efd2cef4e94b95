namespace Towpath.AwsEmulator.Calling;

/// <summary>AWS's own figures. Source: each service's "Quotas" or "Request throttling" page.</summary>
internal static class DocumentedLimits
{
    private static readonly LimitGroup[] Groups =
    [
        new("ecs", 20, 1, "RegisterTaskDefinition", "DeregisterTaskDefinition"),
        new("ecs", 50, 5, "CreateService", "UpdateService", "DeleteService"),
        new("ecs", 100, 20, "DescribeServices"),
        new("ecs", 100, 20, "ListServices"),
        new("ecs", 50, 20, "DescribeServiceDeployments"),
        new("ecs", 50, 20, "ListServiceDeployments"),
        new("ecs", 50, 20, "DescribeServiceRevisions"),
        new("ecs", 50, 20, "DescribeTaskDefinition"),
        new("ecs", 50, 20, "ListTaskDefinitions"),
        new("ecs", 100, 40, "RunTask"),
        new("ecs", 100, 20, "DescribeTasks", "ListTasks"),
        new("ssm", 40, 40),
        new("ecr", 10, 10, "PutImage"),
        new("ecr", 100, 100, "InitiateLayerUpload", "CompleteLayerUpload"),
        new("ecr", 500, 500, "UploadLayerPart"),
        new("lambda", 100, 100, "GetFunction"),
        new("lambda", 15, 15, "UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias", "CreateAlias", "GetAlias", "GetFunctionConfiguration", "ListVersionsByFunction"),
        new("sts", 600, 600),
        new("logs", 10, 10, "GetLogEvents"),
        new("logs", 5, 5, "FilterLogEvents"),
        new("monitoring", 9, 9, "DescribeAlarms"),
    ];

    private static readonly Dictionary<(string Service, string Operation), LimitGroup> ByOperation = Groups
        .SelectMany(g => g.Operations.Select(o => (Key: (g.Service, Operation: o), Group: g)))
        .ToDictionary(p => p.Key, p => p.Group);

    private static readonly Dictionary<string, LimitGroup> ByService = Groups.Where(g => g.Operations.Length == 0).ToDictionary(g => g.Service, StringComparer.Ordinal);

    public static LimitGroup? GroupOf(string service, string operation) =>
        ByOperation.GetValueOrDefault((service, operation)) ?? ByService.GetValueOrDefault(service);
}
