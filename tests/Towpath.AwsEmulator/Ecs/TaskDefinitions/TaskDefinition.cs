using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.TaskDefinitions;

/// <summary>One revision of a task definition, as ECS stores it.</summary>
public sealed class TaskDefinition(string arn, string family, int revision, JsonObject document)
{
    public string Arn { get; } = arn;
    public string Family { get; } = family;
    public int Revision { get; } = revision;

    /// <summary>What was registered with what ECS fills in, and what only ECS says (ARN, revision, status …).</summary>
    public JsonObject Document { get; } = document;

    public Tags Tags { get; } = new();
    public bool Active => Document.Text("status") == "ACTIVE";
    public IEnumerable<JsonObject> Containers => Document.Items("containerDefinitions");

    public void Deregister(DateTimeOffset at)
    {
        Document["status"] = "INACTIVE";
        Document["deregisteredAt"] = Json.Epoch(at);
    }
}
