using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Ecs.TaskDefinitions;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Deployments;

/// <summary>A workload configuration: what one deployment of a service is to run.</summary>
public sealed class ServiceRevision
{
    public ServiceRevision(EcsService service, TaskDefinition definition)
    {
        Service = service;
        Definition = definition;
        CreatedAt = service.Region.Now;
        Settings = Json.Object([.. EcsService.RevisionSettings.Select(name => (name, service.Settings[name]))]);
        Images = Json.Array(definition.Containers.Select(container => Json.Object(
            ("containerName", container.Text("name")),
            ("imageDigest", Ecr.Images.DigestOf(service.Region.Estate, container.Text("image")!)),
            ("image", container.Text("image")))));
    }

    public EcsService Service { get; }
    public TaskDefinition Definition { get; }
    public DateTimeOffset CreatedAt { get; }

    /// <summary>The service's network, load balancers and so on at that time.</summary>
    public JsonObject Settings { get; }

    /// <summary>Per container the image as it is written, and the digest that its tag meant when the revision was made.</summary>
    public JsonArray Images { get; }

    public string Number { get; } = Ids.Number();
    public string Arn => Service.Region.Arn("ecs", $"service-revision/{Service.Cluster.Name}/{Service.Name}/{Number}");
}
