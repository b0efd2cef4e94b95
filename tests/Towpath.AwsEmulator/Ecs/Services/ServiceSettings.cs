using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Services;

/// <summary>Takes the settings of CreateService and UpdateService over into a service.</summary>
internal static class ServiceSettings
{
    private static readonly string[] Others =
    [
        "availabilityZoneRebalancing", "placementConstraints", "placementStrategy", "healthCheckGracePeriodSeconds", "schedulingStrategy",
        "deploymentController", "enableECSManagedTags", "propagateTags", "enableExecuteCommand",
    ];

    /// <summary>True where something changed that belongs to a revision.</summary>
    public static bool Take(EcsService service, JsonObject input, bool created)
    {
        if (created) Defaults(service, input);
        foreach (var name in Others) Set(service, input, name);
        if (input.Member("deploymentConfiguration") is { } configuration) Merge(service, configuration);
        var changed = false;
        foreach (var name in EcsService.RevisionSettings) changed |= Set(service, input, name);
        return changed;
    }

    private static bool Set(EcsService service, JsonObject input, string name)
    {
        if (input[name] is not { } value || JsonNode.DeepEquals(value, service.Settings[name])) return false;
        service.Settings[name] = value.DeepClone();
        return true;
    }

    private static void Merge(EcsService service, JsonObject configuration)
    {
        var merged = (JsonObject)service.DeploymentConfiguration.DeepClone();
        foreach (var (name, value) in configuration) merged[name] = value?.DeepClone();
        service.Settings["deploymentConfiguration"] = merged;
    }

    private static void Defaults(EcsService service, JsonObject input)
    {
        var settings = service.Settings;
        settings["loadBalancers"] = new JsonArray();
        settings["serviceRegistries"] = new JsonArray();
        settings["placementConstraints"] = new JsonArray();
        settings["placementStrategy"] = new JsonArray();
        settings["schedulingStrategy"] = "REPLICA";
        settings["deploymentController"] = Json.Object(("type", "ECS"));
        settings["enableECSManagedTags"] = false;
        settings["propagateTags"] = "NONE";
        settings["enableExecuteCommand"] = false;
        settings["availabilityZoneRebalancing"] = "ENABLED";
        settings["deploymentConfiguration"] = Json.Object(
            ("deploymentCircuitBreaker", Json.Object(("enable", false), ("rollback", false))),
            ("maximumPercent", 200),
            ("minimumHealthyPercent", 100),
            ("strategy", "ROLLING"),
            ("bakeTimeInMinutes", 0));
        if (input["capacityProviderStrategy"] is null && input["launchType"] is null) settings["launchType"] = "EC2";
        if (input.Text("launchType") == "FARGATE") settings["platformVersion"] = "LATEST";
    }
}
