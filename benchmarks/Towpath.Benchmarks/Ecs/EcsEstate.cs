using System.Text.Json.Nodes;
using Towpath.AwsEmulator;
using Towpath.AwsEmulator.Ecs;
using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Estates;

namespace Towpath.Benchmarks.Ecs;

/// <summary>The emulated account: one cluster with so many services for each application, all running their first version.</summary>
internal sealed class EcsEstate(Emulator emulator, int services)
{
    public const string Region = "us-east-1";
    public const string Cluster = "main";

    /// <summary>How long a rollout takes that succeeds, and how soon one that fails is given up.</summary>
    public static readonly TimeSpan Rollout = TimeSpan.FromSeconds(20);

    public static string Name(int application) => $"app{application}";

    /// <summary>The names of an application's services; each has a family of its own.</summary>
    public IEnumerable<string> ServicesOf(int application) => Enumerable.Range(1, services).Select(number => number == 1 ? Name(application) : $"{Name(application)}-{number}");

    public static string Image(int application, string digest) => $"registry.example.com/acme/{Name(application)}@{digest}";

    /// <summary>Makes the services. Of those applications whose deployment is to fail the first one crashes, and ECS itself does not roll back: that is left to Towpath.</summary>
    public void Make(int count, Func<int, bool> fails, Func<int, string> digest) => emulator.Estate().Change(estate =>
    {
        var ecs = estate.In(emulator.Options.Account, Region).Ecs;
        ecs.Create(Cluster);
        for (var application = 0; application < count; application++)
        {
            foreach (var name in ServicesOf(application)) Add(ecs, name, Image(application, digest(application)));
            if (fails(application)) estate.Script.Rollout(Cluster, Name(application), RolloutScript.Crashes(1) with { RetryAfter = Rollout / 8 });
            foreach (var name in ServicesOf(application)) estate.Script.EveryRollout(Cluster, name, RolloutScript.Healthy(Rollout));
        }
    });

    private static void Add(EcsRegion ecs, string name, string image)
    {
        var cluster = ecs.Cluster(Cluster);
        var definition = ecs.TaskDefinitions.Register(Parse(
            $$"""{"family":"{{name}}","cpu":"256","memory":"512","containerDefinitions":[{"name":"web","image":"{{image}}","essential":true}]}"""), "bench");
        var service = new EcsService(cluster, name)
        {
            CreatedBy = "bench", DesiredCount = 1,
            Settings = Parse("""{"deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":true,"rollback":false}}}"""),
        };
        cluster.Services[name] = service;
        service.Deploy(definition, RolloutScript.Healthy());
    }

    /// <summary>Whether all services have come to rest.</summary>
    public bool IsAtRest => emulator.Estate().Look(_ => Services.All(service => service.Completed is not null));

    /// <summary>The service deployments of one application, oldest first, without the one that it began with.</summary>
    public IReadOnlyList<ServiceDeployment> DeploymentsOf(int application) => DeploymentsOf(Name(application));

    /// <summary>When the n-th rollout of an application came to its end: with the last of its services, or the one that failed.</summary>
    public DateTimeOffset? EndOf(int application, int rollout, bool failed) =>
        (failed ? [DeploymentsOf(application)] : ServicesOf(application).Select(DeploymentsOf)).Select(made => made.ElementAtOrDefault(rollout)?.FinishedAt).Max();

    private IReadOnlyList<ServiceDeployment> DeploymentsOf(string service) => emulator.Estate().Look(estate =>
        estate.In(emulator.Options.Account, Region).Ecs.Cluster(Cluster).Service(service).History.AsEnumerable().Reverse().Skip(1).ToList());

    private IEnumerable<EcsService> Services => emulator.Estate().In(emulator.Options.Account, Region).Ecs.Cluster(Cluster).Services.Values;

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
