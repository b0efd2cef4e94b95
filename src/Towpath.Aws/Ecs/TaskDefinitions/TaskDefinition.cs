using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecs.TaskDefinitions;

/// <summary>A registered revision as ECS describes it, with its tags.</summary>
internal sealed record TaskDefinition(JsonObject Document, IReadOnlyList<JsonObject> Tags)
{
    public string Arn => Document.Text("taskDefinitionArn") ?? "";

    public string Family => Document.Text("family") ?? "";

    public bool IsActive => Document.Text("status") is null or "ACTIVE";

    public IReadOnlyList<string> Containers => [.. ContainersOf(Document).Select(c => c.Text("name") ?? "")];

    public string? Tag(string key) => Tags.FirstOrDefault(t => t.Text("key") == key)?.Text("value");

    /// <summary>Whether each of these containers runs exactly these bytes: pinned by digest.</summary>
    public bool Carries(IReadOnlyDictionary<string, string> images) =>
        images.All(image => ContainersOf(Document).FirstOrDefault(c => c.Text("name") == image.Key)?.Text("image") is { } found && DigestOf(found) is { } digest && digest == DigestOf(image.Value));

    public static IEnumerable<JsonObject> ContainersOf(JsonObject definition) => definition.Items("containerDefinitions");

    public static string? DigestOf(string image) => ContainerReference.Split(image).Digest;
}
