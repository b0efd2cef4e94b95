using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs;

/// <summary>Calls about clusters.</summary>
internal static class ClusterCalls
{
    public static JsonObject Create(EcsCall call)
    {
        var cluster = call.Ecs.Create(call.Input.Text("clusterName") ?? "default");
        cluster.Tags.Add(call.Input.Items("tags"));
        return Json.Object(("cluster", Write(cluster, true)));
    }

    public static JsonObject Describe(EcsCall call)
    {
        var names = call.Input["clusters"] is JsonArray { Count: > 0 } ? call.Input.Strings("clusters") : ["default"];
        var withTags = call.Input.Strings("include").Contains("TAGS");
        var found = names.Select(name => (Name: name, Cluster: call.Ecs.Find(name))).ToList();
        return Json.Object(
            ("clusters", Json.Array(found.Where(each => each.Cluster is not null).Select(each => Write(each.Cluster!, withTags)))),
            ("failures", Json.Array(found.Where(each => each.Cluster is null).Select(each => Missing(call, "cluster", each.Name)))));
    }

    public static JsonObject List(EcsCall call)
    {
        var (page, next) = Pages.Of([.. call.Ecs.Clusters.Select(cluster => cluster.Arn)], call.Input, 100);
        return Json.Object(("clusterArns", Json.Texts(page)), ("nextToken", next));
    }

    /// <summary>How the API says that something was not found among several that were asked for.</summary>
    public static JsonObject Missing(EcsCall call, string kind, string nameOrArn) => Json.Object(
        ("arn", nameOrArn.StartsWith("arn:", StringComparison.Ordinal) ? nameOrArn : call.Ecs.Region.Arn("ecs", $"{kind}/{nameOrArn}")),
        ("reason", "MISSING"));

    private static JsonObject Write(Cluster cluster, bool withTags) => Json.Object(
        ("clusterArn", cluster.Arn),
        ("clusterName", cluster.Name),
        ("status", "ACTIVE"),
        ("registeredContainerInstancesCount", 0),
        ("runningTasksCount", cluster.Tasks.All.Count(task => task.Running)),
        ("pendingTasksCount", cluster.Tasks.All.Count(task => !task.Running && !task.Stopped)),
        ("activeServicesCount", cluster.Services.Values.Count(service => service.Status == "ACTIVE")),
        ("statistics", new JsonArray()),
        ("tags", withTags ? cluster.Tags.Written : new JsonArray()),
        ("settings", new JsonArray()),
        ("capacityProviders", new JsonArray()),
        ("defaultCapacityProviderStrategy", new JsonArray()));
}
