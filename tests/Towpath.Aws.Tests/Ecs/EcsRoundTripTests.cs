using System.Text.Json.Nodes;
using Towpath.Aws.Tests.Bed;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>What Towpath wrote is read back by Debian's AWS CLI, and the other way round.</summary>
public sealed class EcsRoundTripTests
{
    [Fact]
    public async Task The_AWS_CLI_reads_back_what_was_deployed_and_what_it_registered_is_kept()
    {
        await using var bed = await EcsBed.StartAsync();
        await Awscli.RunAsync(bed.Aws.Emulator, "ecs", "register-task-definition", "--cli-input-json", $$$"""
            {"family":"web","networkMode":"awsvpc","cpu":"512","memory":"1024","requiresCompatibilities":["FARGATE"],
             "runtimePlatform":{"cpuArchitecture":"ARM64","operatingSystemFamily":"LINUX"},"ephemeralStorage":{"sizeInGiB":30},
             "volumes":[{"name":"data","efsVolumeConfiguration":{"fileSystemId":"fs-1","transitEncryption":"ENABLED"} }],
             "tags":[{"key":"team","value":"portal"}],
             "containerDefinitions":[{"name":"web","image":"{{{EcsBed.ImageOf("v1")}}}","essential":true,"command":["serve"],"dockerLabels":{"a":"b"},
               "mountPoints":[{"sourceVolume":"data","containerPath":"/data","readOnly":true}],"ulimits":[{"name":"nofile","softLimit":1024,"hardLimit":4096}],
               "healthCheck":{"command":["CMD","true"],"interval":10,"timeout":5,"retries":3},"linuxParameters":{"initProcessEnabled":true},
               "portMappings":[{"containerPort":80,"protocol":"tcp","name":"http","appProtocol":"http2"}]}]}
            """);
        await Awscli.RunAsync(bed.Aws.Emulator, "ecs", "update-service", "--cluster", "main", "--service", "web", "--task-definition", "web");
        bed.Aws.Time.Advance(TimeSpan.FromSeconds(5));

        var ended = await bed.Deployment().BeginAndRunAsync();

        Assert.Equal(Phase.Succeeded, ended.Phase);
        var service = (await Awscli.RunAsync(bed.Aws.Emulator, "ecs", "describe-services", "--cluster", "main", "--services", "web"))["services"]![0]!;
        Assert.EndsWith("task-definition/web:3", (string)service["taskDefinition"]!, StringComparison.Ordinal);
        Assert.Equal(2, (int)service["runningCount"]!);
        var (before, after) = (await DefinitionAsync(bed, "web:2"), await DefinitionAsync(bed, "web:3"));
        Assert.Equal(EcsBed.ImageOf("v2"), (string)after["taskDefinition"]!["containerDefinitions"]![0]!["image"]!);
        Assert.Equal(Kept(before), Kept(after));
        Assert.Equal(
            ["team=portal", "towpath:application=shop", $"towpath:deployment={ended.Id}/deploy/1", "towpath:environment=dev", "towpath:version=v2"],
            after["tags"]!.AsArray().Select(tag => $"{tag!["key"]}={tag["value"]}").Order(StringComparer.Ordinal));
    }

    private static Task<JsonNode> DefinitionAsync(EcsBed bed, string name) =>
        Awscli.RunAsync(bed.Aws.Emulator, "ecs", "describe-task-definition", "--task-definition", name, "--include", "TAGS");

    private static string Kept(JsonNode answer)
    {
        var definition = (JsonObject)answer["taskDefinition"]!.DeepClone();
        foreach (var name in (string[])["taskDefinitionArn", "revision", "registeredAt", "registeredBy"]) definition.Remove(name);
        definition["containerDefinitions"]![0]!["image"] = "";
        return definition.ToJsonString();
    }
}
