using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.TaskDefinitions;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>Calls about tasks.</summary>
internal static class TaskCalls
{
    public static JsonObject Run(EcsCall call)
    {
        var cluster = call.Cluster;
        var count = call.Input.Number("count") ?? 1;
        if (count is < 1 or > 10) throw EcsFaults.Invalid("Count must be between 1 and 10.");
        var definition = call.Ecs.TaskDefinitions.Usable(call.Required("taskDefinition"));
        Check(call, definition);
        var tasks = cluster.Tokens.Once(call.Input, () => Enumerable.Range(0, count).Select(_ => Start(call, cluster, definition)).ToList());
        return Json.Object(("tasks", Json.Array(tasks.Select(task => TaskView.Of(task)))), ("failures", new JsonArray()));
    }

    public static JsonObject Describe(EcsCall call)
    {
        var cluster = call.Cluster;
        var names = call.Input.Strings("tasks");
        if (names.Count == 0) throw EcsFaults.Invalid("Tasks cannot be empty.");
        if (names.Count > 100) throw EcsFaults.Invalid("Tasks list cannot have more than 100 elements.");
        var withTags = call.Input.Strings("include").Contains("TAGS");
        var found = names.Select(name => (Name: name, Task: cluster.Tasks.Find(name))).ToList();
        return Json.Object(
            ("tasks", Json.Array(found.Where(each => each.Task is not null).Select(each => TaskView.Of(each.Task!, withTags)))),
            ("failures", Json.Array(found.Where(each => each.Task is null).Select(each => ClusterCalls.Missing(call, $"task/{cluster.Name}", each.Name)))));
    }

    public static JsonObject List(EcsCall call)
    {
        var cluster = call.Cluster;
        var desired = call.Input.Text("desiredStatus") ?? "RUNNING";
        var group = call.Input.Text("serviceName") is { } service ? $"service:{cluster.Service(service).Name}" : null;
        var family = call.Input.Text("family");
        var startedBy = call.Input.Text("startedBy");
        var arns = cluster.Tasks.All.Where(task => task.DesiredStatus == desired)
            .Where(task => group is null || task.Group == group)
            .Where(task => family is null || task.Definition.Family == family)
            .Where(task => startedBy is null || task.StartedBy == startedBy)
            .Reverse().Select(task => task.Arn).ToList();
        var (page, next) = Pages.Of(arns, call.Input, 100);
        return Json.Object(("taskArns", Json.Texts(page)), ("nextToken", next));
    }

    public static JsonObject Stop(EcsCall call)
    {
        var cluster = call.Cluster;
        var task = cluster.Tasks.Find(call.Required("task")) ?? throw EcsFaults.Invalid("The referenced task was not found.");
        task.Life?.Stop("UserInitiated", call.Input.Text("reason") ?? "Task stopped by user");
        return Json.Object(("task", TaskView.Of(task)));
    }

    private static void Check(EcsCall call, TaskDefinition definition)
    {
        if (definition.Document.Text("networkMode") == "awsvpc" && call.Input["networkConfiguration"] is null)
            throw EcsFaults.Invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
        foreach (var over in call.Input.Member("overrides")?.Items("containerOverrides") ?? [])
            if (definition.Containers.All(container => container.Text("name") != over.Text("name")))
                throw EcsFaults.Invalid("Override for container named " + over.Text("name") + " is not a container in the TaskDefinition.");
    }

    private static EcsTask Start(EcsCall call, Cluster cluster, TaskDefinition definition)
    {
        var task = new EcsTask(cluster, definition, (JsonObject?)call.Input.Member("overrides")?.DeepClone())
        {
            Group = call.Input.Text("group") ?? $"family:{definition.Family}",
            StartedBy = call.Input.Text("startedBy"),
            LaunchType = call.Input.Text("launchType") ?? (call.Input["capacityProviderStrategy"] is null ? "EC2" : "FARGATE"),
        };
        task.Tags.Add(call.Input.Items("tags"));
        if (call.Input.Text("propagateTags") == "TASK_DEFINITION") task.Tags.Add(definition.Tags.Written.OfType<JsonObject>());
        TaskLife.Begin(task, call.Ecs.Region.Estate.Script.NextTask(cluster.Name, definition.Family));
        return task;
    }
}
