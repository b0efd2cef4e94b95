using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.TaskDefinitions;

/// <summary>What ECS stores of a registration: what was sent, with the defaults that it fills in.</summary>
internal static class TaskDefinitionDocument
{
    private static readonly string[] EmptyLists = ["portMappings", "environment", "mountPoints", "volumesFrom", "systemControls"];

    public static JsonObject Of(JsonObject request)
    {
        var document = (JsonObject)request.DeepClone();
        document.Remove("tags");
        foreach (var container in document.Items("containerDefinitions")) Fill(container, document.Text("networkMode"));
        document["volumes"] ??= new JsonArray();
        document["placementConstraints"] ??= new JsonArray();
        var fargate = document.Text("networkMode") == "awsvpc";
        document["compatibilities"] = Json.Texts(fargate ? ["EC2", "FARGATE"] : ["EXTERNAL", "EC2"]);
        document["requiresAttributes"] = Json.Array(RequiredAttributes(document));
        return document;
    }

    private static void Fill(JsonObject container, string? networkMode)
    {
        container["cpu"] ??= 0;
        container["essential"] ??= true;
        foreach (var list in EmptyLists) container[list] ??= new JsonArray();
        foreach (var port in container.Items("portMappings"))
        {
            port["protocol"] ??= "tcp";
            port["hostPort"] ??= networkMode is "awsvpc" or "host" ? port["containerPort"]?.DeepClone() : 0;
        }
    }

    private static IEnumerable<JsonObject> RequiredAttributes(JsonObject document)
    {
        yield return Json.Object(("name", "com.amazonaws.ecs.capability.docker-remote-api.1.18"));
        if (document.Text("networkMode") == "awsvpc") yield return Json.Object(("name", "ecs.capability.task-eni"));
        if (document.Text("taskRoleArn") is not null) yield return Json.Object(("name", "com.amazonaws.ecs.capability.task-iam-role"));
        if (document.Items("containerDefinitions").Any(container => container.Member("logConfiguration")?.Text("logDriver") == "awslogs"))
            yield return Json.Object(("name", "com.amazonaws.ecs.capability.logging-driver.awslogs"));
        if (document.Items("containerDefinitions").Any(container => container["secrets"] is JsonArray { Count: > 0 }))
            yield return Json.Object(("name", "ecs.capability.secrets.ssm.environment-variables"));
    }
}
