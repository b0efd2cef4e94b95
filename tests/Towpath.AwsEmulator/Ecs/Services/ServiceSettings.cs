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

    /// <summary>The settings of a service that is made.</summary>
    public static JsonObject Of(JsonObject input)
    {
        var settings = Defaults(input);
        Take(settings, input);
        return settings;
    }

    /// <summary>The settings as an update changes them, and whether something changed that belongs to a revision.</summary>
    public static (JsonObject Settings, bool NewRevision) Updated(EcsService service, JsonObject input)
    {
        var settings = (JsonObject)service.Settings.DeepClone();
        return (settings, Take(settings, input));
    }

    private static bool Take(JsonObject settings, JsonObject input)
    {
        foreach (var name in Others) Set(settings, input, name);
        foreach (var (name, value) in input.Member("deploymentConfiguration") ?? [])
            settings["deploymentConfiguration"]![name] = value?.DeepClone();
        var changed = false;
        foreach (var name in EcsService.RevisionSettings) changed |= Set(settings, input, name);
        return changed;
    }

    private static bool Set(JsonObject settings, JsonObject input, string name)
    {
        if (input[name] is not { } value || JsonNode.DeepEquals(value, settings[name])) return false;
        settings[name] = value.DeepClone();
        return true;
    }

    private static JsonObject Defaults(JsonObject input)
    {
        var settings = new JsonObject();
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
        return settings;
    }
}
