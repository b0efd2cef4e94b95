using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Ecs.TaskDefinitions;
using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs;

/// <summary>ECS of one account in one region: its clusters and task definitions, and how a request's names find them.</summary>
public sealed class EcsRegion(Region region)
{
    private readonly Dictionary<string, Cluster> _clusters = new(StringComparer.Ordinal);

    public Region Region { get; } = region;

    public TaskDefinitionBook TaskDefinitions { get; } = new(region);

    public IEnumerable<Cluster> Clusters => _clusters.Values;

    /// <summary>Makes a cluster, or answers the one that has the name already.</summary>
    public Cluster Create(string name)
    {
        if (!_clusters.TryGetValue(name, out var cluster)) _clusters[name] = cluster = new Cluster(Region, name);
        return cluster;
    }

    /// <summary>By name or ARN; nothing given means the cluster called default.</summary>
    public Cluster? Find(string? nameOrArn)
    {
        var name = nameOrArn ?? "default";
        if (name.StartsWith("arn:", StringComparison.Ordinal))
        {
            var prefix = Region.Arn("ecs", "cluster/");
            if (!name.StartsWith(prefix, StringComparison.Ordinal)) return null;
            name = name[prefix.Length..];
        }
        return _clusters.GetValueOrDefault(name);
    }

    public Cluster Cluster(string? nameOrArn) => Find(nameOrArn) ?? throw EcsFaults.ClusterNotFound();

    /// <summary>The service of an ARN <c>arn:…:service/CLUSTER/NAME</c>, or of anything else that begins so.</summary>
    public EcsService? ServiceOf(string arn, string kind)
    {
        var prefix = Region.Arn("ecs", kind + "/");
        if (!arn.StartsWith(prefix, StringComparison.Ordinal)) return null;
        var parts = arn[prefix.Length..].Split('/');
        return parts.Length < 2 ? null : Find(parts[0])?.Services.GetValueOrDefault(parts[1]);
    }
}

/// <summary>A cluster with its services and tasks.</summary>
public sealed class Cluster(Region region, string name)
{
    public Region Region { get; } = region;
    public string Name { get; } = name;
    public string Arn => Region.Arn("ecs", $"cluster/{Name}");
    public Tags Tags { get; } = new();
    public Dictionary<string, EcsService> Services { get; } = new(StringComparer.Ordinal);
    public TaskList Tasks { get; } = new(region);
    public ClientTokens Tokens { get; } = new();

    /// <summary>By name or ARN, active or not.</summary>
    public EcsService? Find(string nameOrArn) =>
        nameOrArn.StartsWith("arn:", StringComparison.Ordinal)
            ? Services.Values.FirstOrDefault(service => service.Arn == nameOrArn)
            : Services.GetValueOrDefault(nameOrArn);

    public EcsService Service(string nameOrArn) => Find(nameOrArn) ?? throw EcsFaults.ServiceNotFound();
}
