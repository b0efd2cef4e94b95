using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.TaskDefinitions;

/// <summary>What ECS refuses to register.</summary>
internal static partial class TaskDefinitionRules
{
    private static readonly Dictionary<string, (int From, int To)> FargateMemory = new(StringComparer.Ordinal)
    {
        ["256"] = (512, 2048), ["512"] = (1024, 4096), ["1024"] = (2048, 8192), ["2048"] = (4096, 16384), ["4096"] = (8192, 30720),
        ["8192"] = (16384, 61440), ["16384"] = (32768, 122880),
    };

    public static void Check(JsonObject request)
    {
        var family = request.Text("family") ?? "";
        if (family.Length == 0) throw EcsFaults.Client("Family should not be null or empty.");
        if (!Name().IsMatch(family)) throw EcsFaults.Client("Family contains invalid characters.");
        var containers = request.Items("containerDefinitions").ToList();
        if (containers.Count == 0) throw EcsFaults.Client("Container list cannot be empty.");
        foreach (var container in containers) CheckContainer(container, request);
        if (containers.GroupBy(each => each.Text("name")).Any(same => same.Count() > 1)) throw EcsFaults.Client("Container.name should be unique in the task definition.");
        if (!containers.Any(IsEssential)) throw EcsFaults.Client("A task must have at least one essential container.");
        if (request.Strings("requiresCompatibilities").Contains("FARGATE")) CheckFargate(request);
    }

    internal static bool IsEssential(JsonObject container) => container["essential"] is null || container.Flag("essential");

    private static void CheckContainer(JsonObject container, JsonObject request)
    {
        var name = container.Text("name") ?? "";
        if (name.Length == 0) throw EcsFaults.Client("Container.name should not be null or empty.");
        if (!Name().IsMatch(name)) throw EcsFaults.Client("Container.name contains invalid characters.");
        if (string.IsNullOrEmpty(container.Text("image"))) throw EcsFaults.Client("Container.image should not be null or empty.");
        if (container.Text("image")!.Any(char.IsWhiteSpace)) throw EcsFaults.Client("Container.image contains invalid characters.");
        if (container["memory"] is null && container["memoryReservation"] is null && request["memory"] is null)
            throw EcsFaults.Client($"Invalid setting for container '{name}'. At least one of 'memory' or 'memoryReservation' must be specified.");
        foreach (var dependency in container.Items("dependsOn"))
            if (request.Items("containerDefinitions").All(other => other.Text("name") != dependency.Text("containerName")))
                throw EcsFaults.Client($"Invalid 'dependsOn' setting for container '{name}'. Container '{dependency.Text("containerName")}' does not exist.");
    }

    private static void CheckFargate(JsonObject request)
    {
        if (request.Text("networkMode") != "awsvpc") throw EcsFaults.Client("Fargate only supports network mode ‘awsvpc’.");
        if (request.Text("cpu") is not { } cpu) throw EcsFaults.Client("Fargate requires that 'cpu' be defined at the task level.");
        if (request.Text("memory") is not { } memory) throw EcsFaults.Client("Fargate requires that 'memory' be defined at the task level.");
        if (!FargateMemory.TryGetValue(cpu, out var allowed) || !int.TryParse(memory, out var mib) || mib < allowed.From || mib > allowed.To)
            throw EcsFaults.Client("No Fargate configuration exists for given values.");
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,255}$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
