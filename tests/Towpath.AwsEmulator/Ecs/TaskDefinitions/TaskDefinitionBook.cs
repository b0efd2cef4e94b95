using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.TaskDefinitions;

/// <summary>The task definitions of one account in one region. Revisions are counted per family and never used twice.</summary>
public sealed class TaskDefinitionBook(Region region)
{
    private readonly SortedDictionary<string, List<TaskDefinition>> _families = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, List<TaskDefinition>>> Families => _families;

    public TaskDefinition Register(JsonObject request, string registeredBy)
    {
        TaskDefinitionRules.Check(request);
        var family = request.Text("family")!;
        if (!_families.TryGetValue(family, out var revisions)) _families[family] = revisions = [];
        var revision = revisions.Count + 1;
        var arn = region.Arn("ecs", $"task-definition/{family}:{revision}");
        var document = TaskDefinitionDocument.Of(request);
        document["taskDefinitionArn"] = arn;
        document["revision"] = revision;
        document["status"] = "ACTIVE";
        document["registeredAt"] = Json.Epoch(region.Now);
        document["registeredBy"] = registeredBy;
        var definition = new TaskDefinition(arn, family, revision, document);
        definition.Tags.Add(request.Items("tags"));
        revisions.Add(definition);
        return definition;
    }

    /// <summary>By ARN, <c>family:revision</c>, or a family alone, which means its newest active revision.</summary>
    /// <exception cref="AwsFault">The revision is no number.</exception>
    public TaskDefinition? Find(string reference)
    {
        var prefix = region.Arn("ecs", "task-definition/");
        var name = reference.StartsWith(prefix, StringComparison.Ordinal) ? reference[prefix.Length..] : reference;
        var parts = name.Split(':');
        if (parts.Length > 2 || !_families.TryGetValue(parts[0], out var revisions)) return null;
        if (parts.Length == 1) return revisions.LastOrDefault(each => each.Active);
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            throw EcsFaults.Invalid($"Invalid revision number. Number: {parts[1]}");
        return revisions.ElementAtOrDefault(revision - 1);
    }

    /// <summary>The definition that a service or task is to run: it must be there, and active.</summary>
    public TaskDefinition Usable(string reference)
    {
        var found = Find(reference) ?? throw EcsFaults.Client("TaskDefinition not found.");
        return found.Active ? found : throw EcsFaults.Client("TaskDefinition is inactive");
    }
}
