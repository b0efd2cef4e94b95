using System.Net;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Tests.Scene;
using Towpath.Testing;

namespace Towpath.AwsEmulator.Tests.Ecs;

/// <summary>Another process seeds and scripts over HTTP.</summary>
public sealed class EcsControlTests
{
    private const string Seed = """
        {"ecs":{"clusters":["main"],
          "taskDefinitions":[{"family":"web","containerDefinitions":[{"name":"web","image":"111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1","memory":64}]}],
          "services":[{"cluster":"main","serviceName":"web","taskDefinition":"web:1","desiredCount":3},
            {"cluster":"main","serviceName":"paused","taskDefinition":"web:1","deploymentConfiguration":{"lifecycleHooks":[{"targetType":"PAUSE","lifecycleStages":["POST_SCALE_UP"]}]}}]},
         "ecr":{"repositories":{"web":{"images":[{"tag":"1","content":"one","platforms":["linux/amd64","linux/arm64"]}]}}},
         "logs":{"groups":["/ecs/web"]},"monitoring":{"alarms":{"errors":"OK"}},"elasticloadbalancing":{"targetGroups":[{"name":"web"}]}}
        """;

    [Fact]
    public async Task A_seeded_service_is_steady_at_once_and_its_next_deployment_goes_as_scripted()
    {
        var time = new VirtualTime();
        await using var emulator = await Emulator.StartAsync(new EmulatorOptions { Time = time }, TestContext.Current.CancellationToken);
        await PostAsync(emulator, "state", Seed);
        await PostAsync(emulator, "script", """{"ecs":{"rollouts":[{"cluster":"main","service":"web","kind":"crashes","exitCode":2,"logLines":["no"],"rollbackTakesMs":10}]}}""");
        using var ecs = new SignedHttp(emulator, "ecs");
        var service = (await CallAsync(ecs, "DescribeServices", """{"cluster":"main","services":["web"]}"""))["services"]![0]!;
        Assert.Equal(("COMPLETED", 3), ((string)service["deployments"]![0]!["rolloutState"]!, (int)service["runningCount"]!));

        var paused = (await CallAsync(ecs, "DescribeServices", """{"cluster":"main","services":["paused"]}"""))["services"]![0]!;
        Assert.Equal("COMPLETED", (string)paused["deployments"]![0]!["rolloutState"]!);

        var updated = (await CallAsync(ecs, "UpdateService", """
            {"cluster":"main","service":"web","forceNewDeployment":true,"deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":true,"rollback":true}}}
            """))["service"]!;
        time.Advance(TimeSpan.FromSeconds(1));

        var made = (await CallAsync(ecs, "DescribeServiceDeployments", $$"""{"serviceDeploymentArns":["{{updated["currentServiceDeployment"]}}"]}"""))["serviceDeployments"]![0]!;
        Assert.Equal("ROLLBACK_SUCCESSFUL", (string)made["status"]!);
        Assert.NotNull(emulator.Estate().Look(estate => estate.In("111111111111", "us-east-1").Ecr.Find("web")!.Find("1")!.Children.ElementAtOrDefault(1)));
    }

    [Theory]
    [InlineData("""{"ecs":{"rollouts":[{"cluster":"main","service":"web","kind":"explodes"}]}}""")]
    [InlineData("""{"ecs":{"rollouts":[{"cluster":"main","service":"web","rollbackFail":true}]}}""")]
    [InlineData("""{"ecs":{"rollout":[]}}""")]
    public async Task A_script_that_means_nothing_is_refused(string script)
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = emulator.Url };

        using var answer = await http.PostAsJsonAsync("/_emulator/script", JsonNode.Parse(script), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task PostAsync(Emulator emulator, string what, string body)
    {
        using var http = new HttpClient { BaseAddress = emulator.Url };
        using var answer = await http.PostAsJsonAsync($"/_emulator/{what}", JsonNode.Parse(body), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static Task<JsonObject> CallAsync(SignedHttp ecs, string operation, string input) =>
        ecs.JsonAsync($"AmazonEC2ContainerServiceV20141113.{operation}", (JsonObject)JsonNode.Parse(input)!);
}
