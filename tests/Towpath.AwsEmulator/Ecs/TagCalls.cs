using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs;

/// <summary>Calls about the tags of clusters, services, tasks and task definitions.</summary>
internal static class TagCalls
{
    public static JsonObject Add(EcsCall call)
    {
        Of(call).Add(call.Input.Items("tags"));
        return [];
    }

    public static JsonObject Remove(EcsCall call)
    {
        Of(call).Remove(call.Input.Strings("tagKeys"));
        return [];
    }

    public static JsonObject List(EcsCall call) => Json.Object(("tags", Of(call).Written));

    private static Tags Of(EcsCall call)
    {
        var arn = call.Required("resourceArn");
        var kind = arn.Split(':') is { Length: >= 6 } parts ? parts[5].Split('/')[0] : throw EcsFaults.Invalid("Invalid resource ARN.");
        return kind switch
        {
            "cluster" => call.Ecs.Cluster(arn).Tags,
            "service" => (call.Ecs.ServiceOf(arn, kind) ?? throw EcsFaults.Invalid("The specified service is inactive. Specify an active service and try again.")).Tags,
            "task-definition" => (call.Ecs.TaskDefinitions.Find(arn) ?? throw EcsFaults.Invalid("The specified task definition is invalid.")).Tags,
            "task" => call.Ecs.Clusters.Select(cluster => cluster.Tasks.Find(arn)).FirstOrDefault(task => task is not null)?.Tags
                ?? throw EcsFaults.Invalid("The specified task is stopped. Specify a running task and try again."),
            _ => throw EcsFaults.Invalid("Unsupported resource type."),
        };
    }
}
