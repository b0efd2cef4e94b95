using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.TaskDefinitions;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Services;

/// <summary>One service: its settings, its deployments, and what it has been saying.</summary>
public sealed class EcsService(Cluster cluster, string name)
{
    /// <summary>The settings that belong to a revision: a change of any of them is a new deployment.</summary>
    internal static readonly string[] RevisionSettings =
    [
        "capacityProviderStrategy", "launchType", "platformVersion", "loadBalancers", "serviceRegistries", "networkConfiguration",
        "serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations",
    ];

    private const int EventsKept = 100;

    public Cluster Cluster { get; } = cluster;
    public Region Region => Cluster.Region;
    public string Name { get; } = name;
    public string Arn => Region.Arn("ecs", $"service/{Cluster.Name}/{Name}");
    public Tags Tags { get; } = new();

    /// <summary>What CreateService and UpdateService set, by the names of the API.</summary>
    public required JsonObject Settings { get; set; }

    public string Status { get; set; } = "ACTIVE";
    public DateTimeOffset CreatedAt { get; } = cluster.Region.Now;
    public required string CreatedBy { get; init; }
    public int DesiredCount { get; set; }

    /// <summary>PRIMARY first.</summary>
    public List<Deployment> Deployments { get; } = [];

    /// <summary>Newest first.</summary>
    public List<ServiceDeployment> History { get; } = [];

    public List<ServiceRevision> Revisions { get; } = [];

    /// <summary>Newest first, at most 100 as at AWS.</summary>
    public LinkedList<(string Id, DateTimeOffset At, string Message)> Events { get; } = new();

    /// <summary>The revision of the last deployment that was successful: where a rollback goes.</summary>
    public ServiceRevision? Completed { get; set; }

    /// <summary>The rollout that is going on.</summary>
    public Rollout? Rollout { get; set; }

    /// <summary>What DescribeServices shows instead of the truth, for so many more calls.</summary>
    internal (JsonObject View, int Calls)? Stale { get; set; }

    public string LaunchType => Settings.Text("launchType") ?? "EC2";

    public JsonObject DeploymentConfiguration => Settings.Member("deploymentConfiguration") ?? [];

    /// <summary>Writes a service event.</summary>
    public void Say(string message)
    {
        Events.AddFirst((Ids.Uuid(), Region.Now, message));
        if (Events.Count > EventsKept) Events.RemoveLast();
    }

    /// <summary>Begins a deployment of a definition with the service's settings; one that is going on is superseded.</summary>
    public ServiceDeployment Deploy(TaskDefinition definition, RolloutScript script)
    {
        Rollout?.Supersede();
        var revision = new ServiceRevision(this, definition);
        Revisions.Add(revision);
        var sources = Deployments.ToList();
        foreach (var older in Deployments) older.Become("ACTIVE");
        var deployment = new Deployment(revision) { DesiredCount = DesiredCount };
        deployment.Roll("IN_PROGRESS", $"ECS deployment {deployment.Id} in progress.");
        Deployments.Insert(0, deployment);
        var made = new ServiceDeployment(this, revision) { Sources = sources, HiddenFor = script.HiddenFromList };
        History.Insert(0, made);
        Rollout = new Rollout(made, deployment, script);
        Rollout.Begin();
        return made;
    }

    /// <summary>Brings the number of tasks to what is wanted now.</summary>
    public void Scale(int desired)
    {
        DesiredCount = desired;
        Deployments[0].DesiredCount = desired;
        Deployments[0].Fleet?.Fill();
    }
}
