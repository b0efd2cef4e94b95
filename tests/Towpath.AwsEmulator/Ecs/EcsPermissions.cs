using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs;

/// <summary>What a call to ECS needs to be allowed. Source: Service Authorization Reference, Amazon ECS.</summary>
internal static class EcsPermissions
{
    public static IEnumerable<NeededPermission> Of(string operation, JsonObject input, Caller caller)
    {
        var cluster = input.Text("cluster") ?? "default";
        yield return new NeededPermission($"ecs:{operation}", ResourceOf(operation, input, caller))
        {
            Fact = ("ecs:cluster", cluster.StartsWith("arn:", StringComparison.Ordinal) ? cluster : $"arn:aws:ecs:{caller.Region}:{caller.Account}:cluster/{cluster}"),
        };
        foreach (var role in new[] { "taskRoleArn", "executionRoleArn" })
            if (operation == "RegisterTaskDefinition" && input.Text(role) is { } arn) yield return new NeededPermission("iam:PassRole", arn) { Fact = ("iam:PassedToService", "ecs-tasks.amazonaws.com") };
    }

    private static string? ResourceOf(string operation, JsonObject input, Caller caller)
    {
        var cluster = input.Text("cluster") ?? "default";
        cluster = cluster[(cluster.LastIndexOf('/') + 1)..];
        string Arn(string resource) => resource.StartsWith("arn:", StringComparison.Ordinal) ? resource : $"arn:aws:ecs:{caller.Region}:{caller.Account}:{resource}";
        string Of(string kind, string name) => name.StartsWith("arn:", StringComparison.Ordinal) ? name : Arn($"{kind}/{name}");
        return operation switch
        {
            "CreateService" => Of($"service/{cluster}", input.Text("serviceName") ?? ""),
            "UpdateService" or "DeleteService" or "ListServiceDeployments" => Of($"service/{cluster}", input.Text("service") ?? ""),
            "DescribeServices" when input.Strings("services") is [var one, ..] => Of($"service/{cluster}", one),
            "DescribeServiceDeployments" when input.Strings("serviceDeploymentArns") is [var one, ..] => one,
            "DescribeServiceRevisions" when input.Strings("serviceRevisionArns") is [var one, ..] => one,
            "StopServiceDeployment" or "ContinueServiceDeployment" => input.Text("serviceDeploymentArn"),
            "RunTask" => Of("task-definition", input.Text("taskDefinition") ?? ""),
            "RegisterTaskDefinition" => Arn($"task-definition/{input.Text("family")}:*"),
            "DescribeTasks" when input.Strings("tasks") is [var one, ..] => Of($"task/{cluster}", one),
            "StopTask" => Of($"task/{cluster}", input.Text("task") ?? ""),
            "TagResource" or "UntagResource" or "ListTagsForResource" => input.Text("resourceArn"),
            _ => null,
        };
    }
}
