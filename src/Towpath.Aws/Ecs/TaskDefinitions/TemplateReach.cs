using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ecs.TaskDefinitions;

/// <summary>
/// Holds what an application's template sets against its project's limits. Only members that are known to stay within the task are let pass unasked:
/// one that is not listed here may reach the host or a file system, or be newer than this version of Towpath, and is infrastructure's to set.
/// </summary>
internal sealed class TemplateReach(EcsReach reach)
{
    private static readonly FrozenSet<string> Plain = FrozenSet.Create(
        StringComparer.Ordinal, "cpu", "memory", "requiresCompatibilities", "runtimePlatform", "ephemeralStorage", "placementConstraints", "enableFaultInjection", "tags");

    private static readonly FrozenSet<string> PlainInContainer = FrozenSet.Create(
        StringComparer.Ordinal, "name", "cpu", "memory", "memoryReservation", "links", "portMappings", "essential", "restartPolicy", "entryPoint", "command",
        "environment", "mountPoints", "volumesFrom", "dependsOn", "startTimeout", "stopTimeout", "versionConsistency", "hostname", "user", "workingDirectory",
        "disableNetworking", "readonlyRootFilesystem", "dnsServers", "dnsSearchDomains", "extraHosts", "interactive", "pseudoTerminal", "dockerLabels", "ulimits",
        "healthCheck", "systemControls", "resourceRequirements");

    private static readonly FrozenSet<string> PlainInLinux = FrozenSet.Create(StringComparer.Ordinal, "initProcessEnabled", "sharedMemorySize", "tmpfs", "maxSwap", "swappiness");

    public IEnumerable<string> Problems(JsonObject template) => reach.IsUnlimited ? [] : Members(template, "", Plain, (name, value) => (name, value) switch
    {
        ("taskRoleArn" or "executionRoleArn", JsonValue role) => [(name, reach.Role(role.ToString()))],
        ("networkMode" or "pidMode" or "ipcMode", JsonValue mode) when mode.ToString() is "awsvpc" or "bridge" or "none" or "task" => [],
        ("volumes", JsonArray volumes) when volumes.All(IsScratch) => [],
        ("containerDefinitions", JsonArray containers) => containers.OfType<JsonObject>().SelectMany(Container),
        _ => null,
    }).Select(problem => $"`task_definition`: {problem.Path}: {problem.Sentence}");

    private IEnumerable<(string Path, string? Sentence)> Container(JsonObject container) => Members(container, $"containerDefinitions[{container.Text("name")}].", PlainInContainer, (name, value) => (name, value) switch
    {
        ("image", JsonValue image) => [(name, reach.Image(image.ToString()))],
        ("secrets", JsonArray secrets) => Each(name, secrets, "valueFrom", reach.Secret),
        ("environmentFiles", JsonArray files) => Each(name, files, "value", reach.Object),
        ("repositoryCredentials", JsonObject credentials) => Each(name, [credentials.DeepClone()], "credentialsParameter", reach.Credentials),
        ("logConfiguration", JsonObject log) => Log(log),
        ("firelensConfiguration", JsonObject router) => Options(name, router, option => option.Key == "config-file-value" && option.Value!.ToString().StartsWith("arn:", StringComparison.Ordinal) ? reach.Object(option.Value.ToString()) : null),
        ("linuxParameters", JsonObject linux) => linux.All(IsWithinTask) ? [] : null,
        _ => null,
    });

    /// <summary>Towpath shows the last lines of a task that crashed, so that another's group would be read through it.</summary>
    private IEnumerable<(string Path, string? Sentence)> Log(JsonObject log) =>
    [
        .. Options("logConfiguration", log, option => option.Key switch
        {
            "awslogs-group" => reach.LogGroup(option.Value!.ToString()),
            "awslogs-region" => reach.Region(option.Value!.ToString()),
            _ => null,
        }),
        .. Each("logConfiguration.secretOptions", log["secretOptions"] as JsonArray ?? [], "valueFrom", reach.Secret),
    ];

    private static IEnumerable<(string Path, string? Sentence)> Options(string path, JsonObject node, Func<KeyValuePair<string, JsonNode?>, string?> check) =>
        (node.Member("options") ?? []).Where(option => option.Value is not null).Select(option => ($"{path}.options.{option.Key}", check(option)));

    private static IEnumerable<(string Path, string? Sentence)> Each(string path, JsonArray entries, string member, Func<string, string?> check) =>
        entries.OfType<JsonObject>().Where(entry => entry[member] is not null).Select(entry => ($"{path}[{entry.Text("name") ?? entry[member]!.ToString()}]", check(entry[member]!.ToString())));

    /// <summary>What is taken out reaches nothing.</summary>
    private static IEnumerable<(string Path, string? Sentence)> Members(
        JsonObject node, string path, FrozenSet<string> plain, Func<string, JsonNode, IEnumerable<(string Path, string? Sentence)>?> check)
    {
        foreach (var (name, value) in node)
        {
            if (value is null || plain.Contains(name)) continue;
            foreach (var (at, sentence) in check(name, value) ?? [(name, "this is for infrastructure to set; take it out, or ask the operator to put it into the task definition that runs")])
                if (sentence is not null) yield return (path + at, sentence);
        }
    }

    private static bool IsScratch(JsonNode? volume) =>
        volume is JsonObject known && known.All(member => member.Key == "name" || member.Value is null || (member.Key == "host" && member.Value is JsonObject { Count: 0 }));

    private static bool IsWithinTask(KeyValuePair<string, JsonNode?> member) =>
        member.Value is null || PlainInLinux.Contains(member.Key)
        || (member.Key == "capabilities" && member.Value is JsonObject capabilities && capabilities.All(c => c.Key == "drop" || c.Value is null or JsonArray { Count: 0 }));
}
