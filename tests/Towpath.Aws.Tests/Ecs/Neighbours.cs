using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.Services;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>What stands beside the service "web" of the bed: further services and rules, and somebody else who deploys.</summary>
internal static class Neighbours
{
    /// <summary>A service that runs one task of a family's newest revision, which is made with one container where there is none.</summary>
    public static void AddService(this EcsBed bed, string cluster, string name, string family, string version = "v1")
    {
        bed.Change(region =>
        {
            var ecs = region.Ecs;
            var place = ecs.Clusters.FirstOrDefault(c => c.Name == cluster) ?? ecs.Create(cluster);
            var definition = ecs.TaskDefinitions.Find(family) ?? ecs.TaskDefinitions.Register(
                (JsonObject)JsonNode.Parse($$"""{"family":"{{family}}","cpu":"256","memory":"512","containerDefinitions":[{"name":"{{family}}","image":"{{EcsBed.ImageOf(version)}}","essential":true}]}""")!, "terraform");
            var service = new EcsService(place, name)
            {
                CreatedBy = "terraform", DesiredCount = 1,
                Settings = (JsonObject)JsonNode.Parse($$$"""{"deploymentConfiguration":{{{EcsBed.Breaker(rollback: false)}}},"networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"]} } }""")!,
            };
            place.Services[name] = service;
            return service.Deploy(definition, RolloutScript.Healthy());
        });
        bed.Aws.Time.Advance(TimeSpan.FromSeconds(5));
        bed.Change(_ => 0);
    }

    /// <summary>A rule that starts a task of this revision.</summary>
    public static void AddRule(this EcsBed bed, string name, string definition) => bed.Change(region =>
    {
        region.Events.Rules[name] = new(name);
        return region.Events.Rules[name].Targets["1"] = (JsonObject)JsonNode.Parse($$"""
            {"Id":"1","Arn":"arn:aws:ecs:us-east-1:111111111111:cluster/main","RoleArn":"arn:aws:iam::111111111111:role/events",
             "EcsParameters":{"TaskDefinitionArn":"arn:aws:ecs:us-east-1:111111111111:task-definition/{{definition}}","TaskCount":1},"Input":"{}"}
            """)!;
    });

    /// <summary>Somebody else has a revision web:2 ready, and points the service to it after the first call of an operation.</summary>
    public static void DeployedByOthersAfter(this EcsBed bed, string operation)
    {
        var definition = bed.Change(region =>
        {
            var next = (JsonObject)region.Ecs.TaskDefinitions.Usable("web").Document.DeepClone();
            next["cpu"] = "512";
            next["memory"] = "1024";
            return region.Ecs.TaskDefinitions.Register(next, "terraform");
        });
        var deployed = 0;
        bed.Aws.Emulator.Script.OnAfter = call =>
        {
            if (call.Operation == operation && Interlocked.Exchange(ref deployed, 1) == 0) bed.Change(region => region.Ecs.Cluster("main").Service("web").Deploy(definition, RolloutScript.Healthy()));
            return Task.CompletedTask;
        };
    }

    /// <summary>What the others run, in one line; empty where there are none.</summary>
    public static string Others(this EcsBed bed) => bed.Change(region => string.Join(
        ", ",
        [
            .. region.Ecs.Clusters.SelectMany(c => c.Services.Values).Where(s => (s.Cluster.Name, s.Name) != ("main", "web"))
                .Select(s => $"{s.Cluster.Name}/{s.Name} {Short(s.Deployments[0].Revision.Definition.Arn)}").Order(StringComparer.Ordinal),
            .. region.Events.Rules.Values.Select(r => $"{r.Name} {Short((string)r.Targets["1"]["EcsParameters"]!["TaskDefinitionArn"]!)}").Order(StringComparer.Ordinal),
        ]));

    private static string Short(string arn) => arn[(arn.LastIndexOf('/') + 1)..];
}
