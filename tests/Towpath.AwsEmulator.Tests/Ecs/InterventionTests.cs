using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Tests.Scene;

namespace Towpath.AwsEmulator.Tests.Ecs;

/// <summary>What other people, alarms and late answers do to a deployment.</summary>
public sealed class InterventionTests
{
    private const string Watched = """{"alarms":{"alarmNames":["errors"],"enable":true,"rollback":ROLLBACK}}""";

    [Fact]
    public async Task An_alarm_rolls_the_deployment_back()
    {
        await using var scene = await EcsScene.StartAsync(Watched.Replace("ROLLBACK", "true", StringComparison.Ordinal));

        var arn = await scene.DeployAsync(RolloutScript.Alarmed(TimeSpan.FromMilliseconds(150)));
        scene.Pass(100);
        Assert.Equal("MONITORING", (string)(await scene.DeploymentAsync(arn))["alarms"]!["status"]!);
        scene.Pass(1000);

        var ended = await scene.DeploymentAsync(arn);
        Assert.Equal("ROLLBACK_SUCCESSFUL", (string)ended["status"]!);
        Assert.Equal("TRIGGERED", (string)ended["alarms"]!["status"]!);
        Assert.Equal("errors", (string)ended["alarms"]!["triggeredAlarmNames"]![0]!);
        Assert.Contains("(service web) (deployment ecs-svc/ID) deployment failed: alarm detected.", await scene.EventsAsync());
        Assert.Equal(["PRIMARY web:1 COMPLETED"], await scene.ClassicAsync());
    }

    [Fact]
    public async Task An_alarm_without_rollback_stops_the_deployment()
    {
        await using var scene = await EcsScene.StartAsync(Watched.Replace("ROLLBACK", "false", StringComparison.Ordinal));

        var arn = await scene.DeployAsync(RolloutScript.Alarmed(TimeSpan.FromMilliseconds(150)));
        scene.Pass(1000);

        Assert.Equal("STOPPED", await scene.StatusAsync(arn));
        Assert.Equal(["PRIMARY web:2 FAILED", "ACTIVE web:1 COMPLETED"], await scene.ClassicAsync());
    }

    [Fact]
    public async Task Another_deployment_in_the_middle_supersedes_ours()
    {
        await using var scene = await EcsScene.StartAsync();

        var arn = await scene.DeployAsync(RolloutScript.Superseded(TimeSpan.FromMilliseconds(150)));
        scene.Pass(1000);

        Assert.Equal("STOPPED", await scene.StatusAsync(arn));
        var service = await scene.ServiceAsync();
        Assert.NotEqual(arn, (string)service["currentServiceDeployment"]!);
        Assert.Equal(["PRIMARY web:1 COMPLETED"], await scene.ClassicAsync());
        var deployments = (await scene.CallAsync("ListServiceDeployments", """{"cluster":"main","service":"web"}"""))["serviceDeployments"]!.AsArray();
        Assert.Equal(["SUCCESSFUL", "STOPPED", "SUCCESSFUL"], deployments.Select(each => (string)each!["status"]!));
    }

    [Theory]
    [InlineData("ROLLBACK", "ROLLBACK_REQUESTED", "ROLLBACK_SUCCESSFUL", "PRIMARY web:1 COMPLETED")]
    [InlineData("ABORT", "STOP_REQUESTED", "STOPPED", "PRIMARY web:2 FAILED")]
    public async Task A_deployment_can_be_stopped_by_hand(string stopType, string at, string end, string primary)
    {
        await using var scene = await EcsScene.StartAsync();
        var arn = await scene.DeployAsync(RolloutScript.Hangs());
        scene.Pass(100);

        await scene.CallAsync("StopServiceDeployment", $$"""{"serviceDeploymentArn":"{{arn}}","stopType":"{{stopType}}"}""");
        Assert.Equal(at, await scene.StatusAsync(arn));
        scene.Pass(1000);

        Assert.Equal(end, await scene.StatusAsync(arn));
        Assert.Equal(primary, (await scene.ClassicAsync())[0]);
        var again = await Assert.ThrowsAsync<AwsRefusal>(() => scene.CallAsync("StopServiceDeployment", $$"""{"serviceDeploymentArn":"{{arn}}"}"""));
        Assert.Equal("ConflictException", again.Code);
    }

    [Fact]
    public async Task Somebody_stops_the_deployment_as_scripted()
    {
        await using var scene = await EcsScene.StartAsync();

        var arn = await scene.DeployAsync(RolloutScript.Stopped(TimeSpan.FromMilliseconds(100)));
        scene.Pass(1000);

        Assert.Equal("ROLLBACK_SUCCESSFUL", await scene.StatusAsync(arn));
    }

    [Fact]
    public async Task The_list_of_deployments_and_the_service_may_be_late()
    {
        await using var scene = await EcsScene.StartAsync();

        var arn = await scene.DeployAsync(RolloutScript.Healthy() with { HiddenFromList = 2, StaleDescribes = 1 });
        scene.Pass(1000);

        Assert.Equal(["PRIMARY web:1 COMPLETED"], await scene.ClassicAsync());
        Assert.Equal(["PRIMARY web:2 COMPLETED"], await scene.ClassicAsync());
        var seen = new List<bool>();
        for (var i = 0; i < 3; i++)
        {
            var list = await scene.CallAsync("ListServiceDeployments", """{"cluster":"main","service":"web"}""");
            seen.Add(list["serviceDeployments"]!.AsArray().Any(each => (string)each!["serviceDeploymentArn"]! == arn));
        }
        Assert.Equal([false, false, true], seen);
    }
}
