using System.Text.Json.Nodes;
using Towpath.AwsEmulator;
using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Estates;

namespace Towpath.Benchmarks.Ecs;

/// <summary>The emulated account: one cluster with a service for each application, all running their first version.</summary>
internal sealed class EcsEstate(Emulator emulator)
{
    public const string Region = "us-east-1";
    public const string Cluster = "main";

    /// <summary>How long a rollout takes that succeeds, and how soon one that fails is given up.</summary>
    public static readonly TimeSpan Rollout = TimeSpan.FromSeconds(20);

    public static string Name(int application) => $"app{application}";

    public static string Image(int application, string digest) => $"registry.example.com/acme/{Name(application)}@{digest}";

    /// <summary>Makes the services. Those whose deployment is to fail crash, and ECS itself does not roll back: that is left to Towpath.</summary>
    public void Make(int count, Func<int, bool> fails, Func<int, string> digest) => emulator.Estate().Change(estate =>
    {
        var ecs = estate.In(emulator.Options.Account, Region).Ecs;
        var cluster = ecs.Create(Cluster);
        for (var application = 0; application < count; application++)
        {
            var (name, image) = (Name(application), Image(application, digest(application)));
            var definition = ecs.TaskDefinitions.Register(Parse(
                $$"""{"family":"{{name}}","cpu":"256","memory":"512","containerDefinitions":[{"name":"web","image":"{{image}}","essential":true}]}"""), "bench");
            var service = new EcsService(cluster, name) 
            {
                CreatedBy = "bench", DesiredCount = 1,
                Settings = Parse("""{"deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":true,"rollback":false}}}"""),
            };
            cluster.Services[name] = service;
            service.Deploy(definition, RolloutScript.Healthy());
            if (fails(application)) estate.Script.Rollout(Cluster, name, RolloutScript.Crashes(1) with { RetryAfter = Rollout / 8 });
            estate.Script.EveryRollout(Cluster, name, RolloutScript.Healthy(Rollout));
        }
    });

    /// <summary>Whether all services have come to rest.</summary>
    public bool IsAtRest => emulator.Estate().Look(_ => Services.All(service => service.Completed is not null));

    /// <summary>The service deployments of one application, oldest first, without the one that it began with.</summary>
    public IReadOnlyList<ServiceDeployment> DeploymentsOf(int application) => emulator.Estate().Look(estate =>
        estate.In(emulator.Options.Account, Region).Ecs.Cluster(Cluster).Service(Name(application)).History.AsEnumerable().Reverse().Skip(1).ToList());

    private IEnumerable<EcsService> Services => emulator.Estate().In(emulator.Options.Account, Region).Ecs.Cluster(Cluster).Services.Values;

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
