using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.TaskDefinitions;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Services;

/// <summary>What a service may not be told to run.</summary>
internal static class ServiceRules
{
    public static void Check(JsonObject settings, TaskDefinition definition)
    {
        if (settings.Text("launchType") == "FARGATE" && !definition.Document.Strings("compatibilities").Contains("FARGATE"))
            throw EcsFaults.Invalid("Task definition does not support launch_type FARGATE.");
        if (definition.Document.Text("networkMode") == "awsvpc" && settings["networkConfiguration"] is null)
            throw EcsFaults.Invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
        foreach (var balanced in settings.Items("loadBalancers"))
        {
            var (name, port) = (balanced.Text("containerName"), balanced.Number("containerPort"));
            var container = definition.Containers.FirstOrDefault(each => each.Text("name") == name)
                ?? throw EcsFaults.Invalid($"The container {name} does not exist in the task definition.");
            if (container.Items("portMappings").All(mapping => mapping.Number("containerPort") != port))
                throw EcsFaults.Invalid($"The container {name} did not have a container port {port} defined.");
        }
    }
}
