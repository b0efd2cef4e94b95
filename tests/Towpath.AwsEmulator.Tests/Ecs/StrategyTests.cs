using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Rollouts;

namespace Towpath.AwsEmulator.Tests.Ecs;

public sealed class StrategyTests
{
    [Fact]
    public async Task Blue_green_passes_through_every_stage_and_bakes()
    {
        await using var scene = await EcsScene.StartAsync("""{"strategy":"BLUE_GREEN","bakeTimeInMinutes":5}""");
        var arn = await scene.DeployAsync(RolloutScript.Healthy());

        Assert.Equal(
            [
                "PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT",
                "POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP",
            ],
            await StagesAsync(scene, arn));
        Assert.Equal("SUCCESSFUL", await scene.StatusAsync(arn));
    }

    [Theory]
    [InlineData("""{"strategy":"LINEAR","linearConfiguration":{"stepPercent":25.0,"stepBakeTimeInMinutes":1}}""", new[] { 0.0, 25, 50, 75, 100 })]
    [InlineData("""{"strategy":"CANARY","canaryConfiguration":{"canaryPercent":10.0,"canaryBakeTimeInMinutes":2}}""", new[] { 0.0, 10, 100 })]
    public async Task Traffic_moves_in_steps(string configuration, double[] shares)
    {
        await using var scene = await EcsScene.StartAsync(configuration);
        var arn = await scene.DeployAsync(RolloutScript.Healthy());

        var seen = await WatchAsync(scene, arn, made => (double)made["targetServiceRevision"]!["requestedProductionTrafficWeight"]!);

        Assert.Equal(shares, seen);
    }

    [Fact]
    public async Task A_pause_waits_until_it_is_told_to_go_on()
    {
        await using var scene = await EcsScene.StartAsync("""
            {"strategy":"BLUE_GREEN","lifecycleHooks":[{"targetType":"PAUSE","lifecycleStages":["POST_TEST_TRAFFIC_SHIFT"]}]}
            """);
        await ContinueAsync(scene, (string)(await scene.ServiceAsync())["currentServiceDeployment"]!, "CONTINUE");
        var arn = await scene.DeployAsync(RolloutScript.Healthy());
        scene.Pass(3_600_000);
        Assert.Equal("IN_PROGRESS", await scene.StatusAsync(arn));
        Assert.Equal("POST_TEST_TRAFFIC_SHIFT", (string)(await scene.DeploymentAsync(arn))["lifecycleStage"]!);

        await ContinueAsync(scene, arn, "CONTINUE");

        Assert.Equal("SUCCESSFUL", await scene.StatusAsync(arn));
        Assert.Equal("SUCCEEDED", (string)(await scene.DeploymentAsync(arn))["lifecycleHookDetails"]![0]!["status"]!);
    }

    [Theory]
    [InlineData("ROLLBACK", "ROLLBACK_SUCCESSFUL")]
    [InlineData("CONTINUE", "SUCCESSFUL")]
    public async Task A_pause_ends_as_configured_when_its_time_is_up(string action, string end)
    {
        await using var scene = await EcsScene.StartAsync("{}");
        await scene.CallAsync("UpdateService", $$$"""
            {"cluster":"main","service":"web","deploymentConfiguration":{"lifecycleHooks":[{"targetType":"PAUSE","lifecycleStages":["POST_SCALE_UP"],
             "timeoutConfiguration":{"timeoutInMinutes":60,"action":"{{{action}}}"}}]}}
            """);
        var arn = await scene.DeployAsync(RolloutScript.Healthy());
        scene.Pass(500);
        Assert.Equal("AWAITING_ACTION", (string)(await scene.DeploymentAsync(arn))["lifecycleHookDetails"]![0]!["status"]!);

        scene.Pass(60_000);

        Assert.Equal(end, await scene.StatusAsync(arn));
        Assert.Equal("TIMED_OUT", (string)(await scene.DeploymentAsync(arn))["lifecycleHookDetails"]![0]!["status"]!);
    }

    [Fact]
    public async Task A_failing_lambda_hook_rolls_back()
    {
        await using var scene = await EcsScene.StartAsync("""
            {"strategy":"BLUE_GREEN","lifecycleHooks":[{"hookTargetArn":"arn:aws:lambda:us-east-1:111111111111:function:check","lifecycleStages":["PRE_SCALE_UP"]}]}
            """);

        var arn = await scene.DeployAsync(RolloutScript.Healthy() with { FailingHook = "PRE_SCALE_UP" });
        scene.Pass(1000);

        var ended = await scene.DeploymentAsync(arn);
        Assert.Equal("ROLLBACK_SUCCESSFUL", (string)ended["status"]!);
        Assert.Equal("Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed.", (string)ended["statusReason"]!);
    }

    private static async Task ContinueAsync(EcsScene scene, string arn, string action)
    {
        var hook = (string)(await scene.DeploymentAsync(arn))["lifecycleHookDetails"]![0]!["hookId"]!;
        await scene.CallAsync("ContinueServiceDeployment", $$"""{"serviceDeploymentArn":"{{arn}}","hookId":"{{hook}}","action":"{{action}}"}""");
        scene.Pass(1000);
    }

    private static Task<IReadOnlyList<string>> StagesAsync(EcsScene scene, string arn) =>
        WatchAsync(scene, arn, made => (string?)made["lifecycleStage"] ?? "");

    private static async Task<IReadOnlyList<T>> WatchAsync<T>(EcsScene scene, string arn, Func<JsonObject, T> read)
    {
        var seen = new List<T>();
        for (var i = 0; i < 100; i++)
        {
            scene.Pass(10);
            var made = await scene.DeploymentAsync(arn);
            var now = read(made);
            if (seen.Count == 0 || !Equals(seen[^1], now)) seen.Add(now);
            if ((string)made["status"]! != "IN_PROGRESS") break;
        }
        return seen;
    }
}
