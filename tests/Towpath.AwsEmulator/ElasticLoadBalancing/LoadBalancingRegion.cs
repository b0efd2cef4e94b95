using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.ElasticLoadBalancing;

/// <summary>The target groups of one account in one region, and the listeners that forward to them.</summary>
public sealed class LoadBalancingRegion(Region region)
{
    private readonly List<TargetGroup> _groups = [];
    private readonly List<Listener> _listeners = [];

    public IReadOnlyList<TargetGroup> TargetGroups => _groups;

    public IReadOnlyList<Listener> Listeners => _listeners;

    /// <summary>Makes a target group behind a listener of its own; answers the one of that name where there is one.</summary>
    public TargetGroup Add(string name, int port = 80)
    {
        if (_groups.Find(group => group.Name == name) is { } there) return there;
        var id = Ids.Hex(16);
        var balancer = region.Arn("elasticloadbalancing", $"loadbalancer/app/{name}/{id}");
        var made = new TargetGroup(name, region.Arn("elasticloadbalancing", $"targetgroup/{name}/{id}"), balancer, port);
        _groups.Add(made);
        _listeners.Add(new Listener(region.Arn("elasticloadbalancing", $"listener/app/{name}/{id}/{Ids.Hex(16)}"), made, port));
        return made;
    }

    /// <summary>The tasks behind a target group: those of every service that names it.</summary>
    public IEnumerable<(string Id, int Port, string State)> Targets(TargetGroup group)
    {
        foreach (var cluster in region.Ecs.Clusters)
        foreach (var service in cluster.Services.Values)
        foreach (var balanced in service.Settings.Items("loadBalancers").Where(each => each.Text("targetGroupArn") == group.Arn))
        foreach (var task in cluster.Tasks.All.Where(task => task.Group == $"service:{service.Name}" && task.StartedAt is not null && !task.Stopped))
            yield return (AddressOf(task), balanced.Number("containerPort") ?? group.Port, group.State ?? StateOf(task));
    }

    private static string StateOf(EcsTask task) => task.DesiredStatus == "STOPPED" ? "draining" : task.HealthStatus == "HEALTHY" ? "healthy" : "initial";

    /// <summary>An address that stays the same for a task.</summary>
    private static string AddressOf(EcsTask task) => $"10.0.{Convert.ToByte(task.Id[..2], 16)}.{Convert.ToByte(task.Id[2..4], 16)}";
}

/// <summary>A target group. A state that is set is the state of all its targets.</summary>
public sealed class TargetGroup(string name, string arn, string loadBalancerArn, int port)
{
    public string Name { get; } = name;
    public string Arn { get; } = arn;
    public string LoadBalancerArn { get; } = loadBalancerArn;
    public int Port { get; } = port;
    public string? State { get; set; }
}

/// <summary>A listener that forwards everything to one target group.</summary>
public sealed record Listener(string Arn, TargetGroup ForwardsTo, int Port);
