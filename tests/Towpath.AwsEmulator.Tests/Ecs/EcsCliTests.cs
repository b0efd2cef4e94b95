using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.Ecs;

/// <summary>ECS as Debian's awscli sees it, in real time.</summary>
public sealed class EcsCliTests
{
    private const string Network = "awsvpcConfiguration={subnets=[subnet-1],securityGroups=[sg-1]}";

    [Fact]
    public async Task Task_definitions_are_registered_described_listed_and_deregistered()
    {
        await using var emulator = await StartAsync();
        var made = (await AwsCli.RunAsync(emulator, "ecs", "register-task-definition", "--cli-input-json", Definition("web", "nginx:1"), "--tags", "key=team,value=core")).Json["taskDefinition"]!;
        Assert.Equal("arn:aws:ecs:us-east-1:111111111111:task-definition/web:1", (string)made["taskDefinitionArn"]!);
        Assert.Equal("arn:aws:iam::111111111111:user/admin", (string)made["registeredBy"]!);
        Assert.Equal("tcp", (string)made["containerDefinitions"]![0]!["portMappings"]![0]!["protocol"]!);

        var described = (await AwsCli.RunAsync(emulator, "ecs", "describe-task-definition", "--task-definition", "web", "--include", "TAGS")).Json;
        Assert.Equal("core", (string)described["tags"]![0]!["value"]!);
        await Twice(emulator);
        var arns = (await AwsCli.RunAsync(emulator, "ecs", "list-task-definitions", "--family-prefix", "web", "--sort", "DESC")).Json["taskDefinitionArns"]!.AsArray();
        Assert.EndsWith("web:2", (string)arns[0]!, StringComparison.Ordinal);
        Assert.Equal("web", (string)(await AwsCli.RunAsync(emulator, "ecs", "list-task-definition-families")).Json["families"]![0]!);

        var gone = (await AwsCli.RunAsync(emulator, "ecs", "deregister-task-definition", "--task-definition", "web:2")).Json["taskDefinition"]!;
        Assert.Equal("INACTIVE", (string)gone["status"]!);
        (await AwsCli.RunAsync(emulator, "ecs", "describe-task-definition", "--task-definition", "nothing")).FailedWith("ClientException");

        static async Task Twice(Emulator emulator) =>
            (await AwsCli.RunAsync(emulator, "ecs", "register-task-definition", "--cli-input-json", Definition("web", "nginx:2"))).Succeeded();
    }

    [Fact]
    public async Task A_service_is_created_updated_waited_for_and_deleted()
    {
        await using var emulator = await StartAsync();
        (await AwsCli.RunAsync(emulator, "ecs", "register-task-definition", "--cli-input-json", Definition("web", "nginx:1"))).Succeeded();
        var service = (await AwsCli.RunAsync(
            emulator, "ecs", "create-service", "--cluster", "main", "--service-name", "web", "--task-definition", "web", "--desired-count", "1",
            "--launch-type", "FARGATE", "--network-configuration", Network)).Json["service"]!;
        Assert.Equal("arn:aws:ecs:us-east-1:111111111111:service/main/web", (string)service["serviceArn"]!);

        (await AwsCli.RunAsync(emulator, "ecs", "wait", "services-stable", "--cluster", "main", "--services", "web")).Succeeded();
        var forced = (await AwsCli.RunAsync(emulator, "ecs", "update-service", "--cluster", "main", "--service", "web", "--force-new-deployment")).Json["service"]!;
        Assert.Equal(2, forced["deployments"]!.AsArray().Count);
        var described = (await AwsCli.RunAsync(emulator, "ecs", "describe-services", "--cluster", "main", "--services", "web", "gone")).Json;
        Assert.Equal("ACTIVE", (string)described["services"]![0]!["status"]!);
        Assert.Equal("MISSING", (string)described["failures"]![0]!["reason"]!);
        Assert.Single((await AwsCli.RunAsync(emulator, "ecs", "list-services", "--cluster", "main")).Json["serviceArns"]!.AsArray());

        (await AwsCli.RunAsync(emulator, "ecs", "delete-service", "--cluster", "main", "--service", "web", "--force")).Succeeded();
        (await AwsCli.RunAsync(emulator, "ecs", "update-service", "--cluster", "main", "--service", "web", "--desired-count", "2")).FailedWith("ServiceNotActiveException");
    }

    [Fact]
    public async Task A_one_off_task_runs_to_its_end()
    {
        await using var emulator = await StartAsync();
        emulator.Estate().Script.Task("main", "migrate", TaskScript.Ends(3, "no such table"));
        (await AwsCli.RunAsync(emulator, "ecs", "register-task-definition", "--cli-input-json", Definition("migrate", "nginx:1"))).Succeeded();
        string[] run = ["ecs", "run-task", "--cluster", "main", "--task-definition", "migrate", "--launch-type", "FARGATE", "--network-configuration", Network, "--started-by", "towpath"];
        var task = (string)(await AwsCli.RunAsync(emulator, run)).Json["tasks"]![0]!["taskArn"]!;

        (await AwsCli.RunAsync(emulator, "ecs", "wait", "tasks-stopped", "--cluster", "main", "--tasks", task)).Succeeded();
        var ended = (await AwsCli.RunAsync(emulator, "ecs", "describe-tasks", "--cluster", "main", "--tasks", task)).Json["tasks"]![0]!;
        Assert.Equal(3, (int)ended["containers"]![0]!["exitCode"]!);
        Assert.Equal("EssentialContainerExited", (string)ended["stopCode"]!);
        Assert.Equal("Essential container in task exited", (string)ended["stoppedReason"]!);
        Assert.StartsWith("sha256:", (string)ended["containers"]![0]!["imageDigest"]!, StringComparison.Ordinal);

        emulator.Estate().Script.Task("main", "migrate", TaskScript.NeverEnds());
        var other = (string)(await AwsCli.RunAsync(emulator, run)).Json["tasks"]![0]!["taskArn"]!;
        Assert.Equal(other, (string)(await AwsCli.RunAsync(emulator, "ecs", "list-tasks", "--cluster", "main", "--started-by", "towpath")).Json["taskArns"]!.AsArray().Single()!);
        var stopped = (await AwsCli.RunAsync(emulator, "ecs", "stop-task", "--cluster", "main", "--task", other, "--reason", "enough")).Json["task"]!;
        Assert.Equal("UserInitiated", (string)stopped["stopCode"]!);
    }

    [Fact]
    public async Task Clusters_and_tags_are_kept()
    {
        await using var emulator = await StartAsync();
        var clusters = (await AwsCli.RunAsync(emulator, "ecs", "describe-clusters", "--clusters", "main", "gone")).Json;
        Assert.Equal("ACTIVE", (string)clusters["clusters"]![0]!["status"]!);
        Assert.Single(clusters["failures"]!.AsArray());
        const string Arn = "arn:aws:ecs:us-east-1:111111111111:cluster/main";
        (await AwsCli.RunAsync(emulator, "ecs", "tag-resource", "--resource-arn", Arn, "--tags", "key=team,value=core")).Succeeded();
        Assert.Equal("team", (string)(await AwsCli.RunAsync(emulator, "ecs", "list-tags-for-resource", "--resource-arn", Arn)).Json["tags"]![0]!["key"]!);
        (await AwsCli.RunAsync(emulator, "ecs", "list-services", "--cluster", "gone")).FailedWith("ClusterNotFoundException");
    }

    private static async Task<Emulator> StartAsync()
    {
        var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        (await AwsCli.RunAsync(emulator, "ecs", "create-cluster", "--cluster-name", "main")).Succeeded();
        return emulator;
    }

    private static string Definition(string family, string image) => new JsonObject
    {
        ["family"] = family, ["networkMode"] = "awsvpc", ["requiresCompatibilities"] = new JsonArray("FARGATE"), ["cpu"] = "256", ["memory"] = "512",
        ["containerDefinitions"] = new JsonArray(new JsonObject
        {
            ["name"] = "app", ["image"] = image, ["portMappings"] = new JsonArray(new JsonObject { ["containerPort"] = 8080 }),
        }),
    }.ToJsonString();
}
