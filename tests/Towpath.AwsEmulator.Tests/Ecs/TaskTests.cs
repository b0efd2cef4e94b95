using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.AwsEmulator.Ssm;
using Towpath.AwsEmulator.Tests.Ecr;
using Towpath.AwsEmulator.Tests.Scene;

namespace Towpath.AwsEmulator.Tests.Ecs;

public sealed class TaskTests
{
    private const string Registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com";

    [Fact]
    public async Task A_task_passes_through_its_states_and_ends_with_its_code()
    {
        await using var scene = await EcsScene.StartAsync();
        scene.Script.Task("main", "web", TaskScript.Ends(3));
        var arn = await RunAsync(scene, "");

        var seen = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            var status = (string)(await TaskAsync(scene, arn))["lastStatus"]!;
            if (seen.Count == 0 || seen[^1] != status) seen.Add(status);
            scene.Pass(10);
        }

        Assert.Equal(["PROVISIONING", "PENDING", "RUNNING", "STOPPED"], seen);
        var ended = await TaskAsync(scene, arn);
        Assert.Equal(("STOPPED", 3), ((string)ended["desiredStatus"]!, (int)ended["containers"]![0]!["exitCode"]!));
        Assert.Equal("family:web", (string)ended["group"]!);
    }

    [Fact]
    public async Task The_same_client_token_starts_one_task_and_another_request_with_it_is_a_conflict()
    {
        await using var scene = await EcsScene.StartAsync();

        var first = await RunAsync(scene, ",\"clientToken\":\"a\",\"startedBy\":\"towpath\"");
        var second = await RunAsync(scene, ",\"clientToken\":\"a\",\"startedBy\":\"towpath\"");

        Assert.Equal(first, second);
        var refused = await Assert.ThrowsAsync<AwsRefusal>(() => RunAsync(scene, ",\"clientToken\":\"a\""));
        Assert.Equal("ConflictException", refused.Code);
    }

    [Fact]
    public async Task An_image_that_is_not_in_ecr_cannot_be_pulled()
    {
        await using var scene = await EcsScene.StartAsync();
        await scene.RegisterAsync($"{Registry}/web:sha-1");

        var arn = await RunAsync(scene, "");
        scene.Pass(500);

        var ended = await TaskAsync(scene, arn);
        Assert.Equal("TaskFailedToStart", (string)ended["stopCode"]!);
        Assert.Equal(
            $"CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref {Registry}/web:sha-1: {Registry}/web:sha-1: not found",
            (string)ended["stoppedReason"]!);
        Assert.Null(ended["containers"]![0]!["exitCode"]);
    }

    [Theory]
    [InlineData(":sha-1")]
    [InlineData("@DIGEST")]
    [InlineData(":sha-1@DIGEST")]
    public async Task An_image_in_ecr_is_found_by_tag_and_digest_and_its_digest_is_told(string reference)
    {
        await using var scene = await EcsScene.StartAsync();
        var digest = EcrScene.Seed(scene.Emulator, "web", "sha-1", "one");

        var deployment = await scene.DeployAsync(RolloutScript.Healthy(), Registry + "/web" + reference.Replace("DIGEST", digest, StringComparison.Ordinal));
        scene.Pass(1000);

        var made = await scene.DeploymentAsync(deployment);
        Assert.Equal("SUCCESSFUL", (string)made["status"]!);
        var revision = await scene.CallAsync("DescribeServiceRevisions", $$"""{"serviceRevisionArns":["{{made["targetServiceRevision"]!["arn"]}}"]}""");
        Assert.Equal(digest, (string)revision["serviceRevisions"]![0]!["containerImages"]![0]!["imageDigest"]!);
        var tasks = (await scene.CallAsync("ListTasks", """{"cluster":"main","serviceName":"web"}"""))["taskArns"]!.AsArray();
        Assert.Equal(2, tasks.Count);
        Assert.Equal(digest, (string)(await TaskAsync(scene, (string)tasks[0]!))["containers"]![0]!["imageDigest"]!);
    }

    [Fact]
    public async Task What_a_task_prints_is_in_its_log_group_which_must_be_there()
    {
        await using var scene = await EcsScene.StartAsync();
        const string Log = ",\"logConfiguration\":{\"logDriver\":\"awslogs\",\"options\":{\"awslogs-group\":\"/ecs/web\",\"awslogs-region\":\"us-east-1\",\"awslogs-stream-prefix\":\"app\"}}";
        await scene.RegisterAsync("nginx:2", Log);
        var without = await RunAsync(scene, "");
        scene.Pass(500);
        Assert.StartsWith("ResourceInitializationError: failed to validate logger args", (string)(await TaskAsync(scene, without))["stoppedReason"]!, StringComparison.Ordinal);

        using var logs = new SignedHttp(scene.Emulator, "logs");
        await logs.JsonAsync("Logs_20140328.CreateLogGroup", new JsonObject { ["logGroupName"] = "/ecs/web" });
        scene.Script.Task("main", "web", TaskScript.Ends(1, "migrating", "no such table"));
        var arn = await RunAsync(scene, "");
        scene.Pass(500);

        var stream = $"app/web/{arn[(arn.LastIndexOf('/') + 1)..]}";
        var lines = await logs.JsonAsync("Logs_20140328.GetLogEvents", new JsonObject { ["logGroupName"] = "/ecs/web", ["logStreamName"] = stream });
        Assert.Equal(["migrating", "no such table"], lines["events"]!.AsArray().Select(line => (string)line!["message"]!));
    }

    [Theory]
    [InlineData("/web/db")]
    [InlineData("arn:aws:ssm:us-east-1:111111111111:parameter/web/db")]
    public async Task A_task_whose_secret_is_missing_does_not_start(string from)
    {
        await using var scene = await EcsScene.StartAsync();
        await scene.RegisterAsync("nginx:2", $$""","secrets":[{"name":"DB","valueFrom":"{{from}}"}]""");
        var without = await RunAsync(scene, "");
        scene.Pass(500);
        var refused = await TaskAsync(scene, without);
        scene.Emulator.State.Of<SsmState>().Put("111111111111", "us-east-1", "/web/db", "secret");
        var with = await RunAsync(scene, "");
        scene.Pass(500);

        Assert.EndsWith($"invalid ssm parameters: {from}", (string)refused["stoppedReason"]!, StringComparison.Ordinal);
        Assert.Equal("Essential container in task exited", (string)(await TaskAsync(scene, with))["stoppedReason"]!);
    }

    [Fact]
    public async Task Crashed_tasks_of_a_service_are_listed_as_stopped()
    {
        await using var scene = await EcsScene.StartAsync();
        await scene.DeployAsync(RolloutScript.Crashes(137) with
        {
            Tasks = TaskScript.Ends(137) with { ContainerReason = "OutOfMemoryError: Container killed due to memory usage" },
        });
        scene.Pass(1000);

        var stopped = (await scene.CallAsync("ListTasks", """{"cluster":"main","serviceName":"web","desiredStatus":"STOPPED"}"""))["taskArns"]!.AsArray();

        Assert.InRange(stopped.Count, 3, 6);
        var containers = (await TaskAsync(scene, (string)stopped[^1]!))["containers"]!;
        Assert.Equal((137, "OutOfMemoryError: Container killed due to memory usage"), ((int)containers[0]!["exitCode"]!, (string)containers[0]!["reason"]!));
    }

    [Fact]
    public async Task Errors_are_in_the_words_of_ecs()
    {
        await using var scene = await EcsScene.StartAsync();
        await RefusedAsync("DescribeServices", """{"cluster":"gone","services":["web"]}""", "ClusterNotFoundException: Cluster not found.");
        await RefusedAsync("UpdateService", """{"cluster":"main","service":"gone"}""", "ServiceNotFoundException: Service not found.");
        await RefusedAsync("UpdateService", """{"cluster":"main","service":"web","taskDefinition":"gone:1"}""", "ClientException: TaskDefinition not found.");
        await RefusedAsync("DescribeTaskDefinition", """{"taskDefinition":"gone"}""", "ClientException: Unable to describe task definition.");
        await RefusedAsync("RegisterTaskDefinition", """{"family":"a","containerDefinitions":[{"name":"a","memory":1}]}""", "ClientException: Container.image should not be null or empty.");
        await RefusedAsync(
            "UpdateService", """{"cluster":"main","service":"web","loadBalancers":[{"targetGroupArn":"a","containerName":"gone","containerPort":80}]}""",
            "InvalidParameterException: The container gone does not exist in the task definition.");
        await RefusedAsync("ListTasks", """{"cluster":"main","nextToken":"made up"}""", "InvalidParameterException: Invalid token.");
        await RefusedAsync("StopTask", """{"cluster":"main","task":"gone"}""", "InvalidParameterException: The referenced task was not found.");

        async Task RefusedAsync(string operation, string input, string words) =>
            Assert.Equal(words, (await Assert.ThrowsAsync<AwsRefusal>(() => scene.CallAsync(operation, input))).Message);
    }

    private static async Task<string> RunAsync(EcsScene scene, string extra) =>
        (string)(await scene.CallAsync("RunTask", $$"""{"cluster":"main","taskDefinition":"web"{{extra}}}"""))["tasks"]![0]!["taskArn"]!;

    private static async Task<JsonObject> TaskAsync(EcsScene scene, string arn) =>
        (JsonObject)(await scene.CallAsync("DescribeTasks", $$"""{"cluster":"main","tasks":["{{arn}}"]}"""))["tasks"]![0]!;
}
