using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs;

/// <summary>ECS as it is steered from outside.</summary>
internal static class EcsControl
{
    /// <summary>
    /// <c>{ "rollouts": [{ "cluster", "service", "kind", … }], "tasks": [{ "cluster", "family", "exitCode", … }], "usualRollout": {…}, "usualTask": {…} }</c>
    /// </summary>
    public static void Follow(Estate estate, JsonObject script)
    {
        foreach (var (name, _) in script)
            if (name is not ("rollouts" or "tasks" or "usualRollout" or "usualTask")) throw new FormatException($"A script has no member '{name}'.");
        foreach (var rollout in script.Items("rollouts"))
        {
            var (cluster, service, read) = (Required(rollout, "cluster"), Required(rollout, "service"), ScriptJson.Rollout(rollout));
            if (rollout.Flag("every")) estate.Script.EveryRollout(cluster, service, read);
            else estate.Script.Rollout(cluster, service, read);
        }
        foreach (var task in script.Items("tasks")) estate.Script.Task(Required(task, "cluster"), Required(task, "family"), ScriptJson.Task(task));
        if (script.Member("usualRollout") is { } usual) estate.Script.UsualRollout = ScriptJson.Rollout(usual);
        if (script.Member("usualTask") is { } usualTask) estate.Script.UsualTask = ScriptJson.Task(usualTask);
    }

    /// <summary>
    /// <c>{ "clusters": ["main"], "taskDefinitions": [{…}], "services": [{ "cluster", "serviceName", "taskDefinition", … }] }</c>, each as in the API's
    /// requests. Services have reached their steady state.
    /// </summary>
    public static void Seed(Region region, JsonObject state)
    {
        foreach (var name in state.Strings("clusters")) region.Ecs.Create(name);
        foreach (var definition in state.Items("taskDefinitions")) region.Ecs.TaskDefinitions.Register(definition, Arn(region));
        foreach (var request in state.Items("services")) Settle(region, request);
    }

    private static void Settle(Region region, JsonObject request)
    {
        var cluster = region.Ecs.Create(request.Text("cluster") ?? "default");
        var name = Required(request, "serviceName");
        var definition = region.Ecs.TaskDefinitions.Usable(Required(request, "taskDefinition"));
        var service = new EcsService(cluster, name)
        {
            CreatedBy = Arn(region), Settings = ServiceSettings.Of(request), DesiredCount = request.Number("desiredCount") ?? 1,
        };
        service.Tags.Add(request.Items("tags"));
        cluster.Services[name] = service;
        service.Deploy(definition, new RolloutScript
        {
            PendingFor = TimeSpan.Zero, StageTakes = TimeSpan.Zero, Minute = TimeSpan.Zero, WithoutHooks = true,
            Tasks = new TaskScript { RunningAfter = TimeSpan.Zero, HealthyAfter = TimeSpan.Zero },
        });
    }

    private static string Arn(Region region) => $"arn:aws:iam::{region.Account}:user/admin";

    private static string Required(JsonObject from, string name) => from.Text(name) ?? throw new FormatException($"'{name}' is missing.");
}
