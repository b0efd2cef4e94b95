using Towpath.AwsEmulator.Ecs.Rollouts;

namespace Towpath.AwsEmulator.Tests.Ecs;

public sealed class RolloutTests
{
    [Fact]
    public async Task A_healthy_rollout_is_pending_then_in_progress_then_successful()
    {
        await using var scene = await EcsScene.StartAsync();

        var arn = await scene.DeployAsync(RolloutScript.Healthy());
        Assert.Equal("PENDING", await scene.StatusAsync(arn));
        Assert.Equal(["PRIMARY web:2 IN_PROGRESS", "ACTIVE web:1 COMPLETED"], await scene.ClassicAsync());

        scene.Pass(80);
        Assert.Equal("IN_PROGRESS", await scene.StatusAsync(arn));
        Assert.Equal(2, (int)(await scene.ServiceAsync())["deployments"]![0]!["runningCount"]!);

        scene.Pass(220);
        Assert.Equal("SUCCESSFUL", await scene.StatusAsync(arn));
        Assert.Equal(["PRIMARY web:2 COMPLETED"], await scene.ClassicAsync());
        Assert.Equal(
            [
                "(service web) has reached a steady state.",
                "(service web) (deployment ecs-svc/ID) deployment completed.",
                "(service web) has stopped 2 running tasks: (task ID) (task ID).",
                "(service web) has started 2 tasks: (task ID) (task ID).",
            ],
            (await scene.EventsAsync()).Take(4));
    }

    [Fact]
    public async Task The_breaker_trips_at_its_threshold_and_rolls_back_to_the_old_revision_which_looks_completed()
    {
        await using var scene = await EcsScene.StartAsync();

        var arn = await scene.DeployAsync(RolloutScript.Crashes(1, "no database"));
        scene.Pass(250);
        var failing = await scene.DeploymentAsync(arn);
        Assert.Equal("ROLLBACK_IN_PROGRESS", (string)failing["status"]!);
        Assert.Equal("TRIGGERED", (string)failing["deploymentCircuitBreaker"]!["status"]!);
        Assert.Equal(3, (int)failing["deploymentCircuitBreaker"]!["threshold"]!);
        Assert.Equal(["PRIMARY web:1 IN_PROGRESS", "ACTIVE web:2 FAILED"], await scene.ClassicAsync());

        scene.Pass(200);
        var ended = await scene.DeploymentAsync(arn);
        Assert.Equal("ROLLBACK_SUCCESSFUL", (string)ended["status"]!);
        Assert.Equal("Service deployment rolled back because the circuit breaker threshold was exceeded.", (string)ended["statusReason"]!);
        Assert.Equal((string)ended["sourceServiceRevisions"]![0]!["arn"]!, (string)ended["rollback"]!["serviceRevisionArn"]!);
        Assert.Equal(["PRIMARY web:1 COMPLETED"], await scene.ClassicAsync());
        var events = await scene.EventsAsync();
        Assert.Contains("(service web) (deployment ecs-svc/ID) deployment failed: tasks failed to start.", events);
        Assert.Contains("(service web) rolling back to deployment ecs-svc/ID.", events);
        Assert.Equal(2, (int)(await scene.ServiceAsync())["runningCount"]!);
    }

    [Fact]
    public async Task Without_rollback_a_tripped_breaker_leaves_the_failed_revision_as_primary()
    {
        await using var scene = await EcsScene.StartAsync(EcsScene.Breaker(rollback: false));

        var arn = await scene.DeployAsync(RolloutScript.Crashes());
        scene.Pass(1000);

        var ended = await scene.DeploymentAsync(arn);
        Assert.Equal("STOPPED", (string)ended["status"]!);
        Assert.NotNull(ended["stoppedAt"]);
        Assert.Null(ended["rollback"]);
        Assert.Equal(["PRIMARY web:2 FAILED", "ACTIVE web:1 COMPLETED"], await scene.ClassicAsync());
        Assert.Equal("ECS deployment circuit breaker: tasks failed to start.", (string)(await scene.ServiceAsync())["deployments"]![0]!["rolloutStateReason"]!);
    }

    [Fact]
    public async Task A_rollback_that_fails_ends_in_rollback_failed()
    {
        await using var scene = await EcsScene.StartAsync();

        var arn = await scene.DeployAsync(RolloutScript.Crashes() with { RollbackFails = true });
        scene.Pass(1000);

        Assert.Equal("ROLLBACK_FAILED", await scene.StatusAsync(arn));
        Assert.Equal(["PRIMARY web:1 FAILED", "ACTIVE web:2 FAILED"], await scene.ClassicAsync());
    }

    [Fact]
    public async Task Without_a_breaker_crashing_tasks_are_started_again_for_ever()
    {
        await using var scene = await EcsScene.StartAsync("{}");

        var arn = await scene.DeployAsync(RolloutScript.Crashes());
        scene.Pass(1000);
        var failed = (int)(await scene.ServiceAsync())["deployments"]![0]!["failedTasks"]!;
        scene.Pass(60_000);

        Assert.Equal("IN_PROGRESS", await scene.StatusAsync(arn));
        Assert.InRange((int)(await scene.ServiceAsync())["deployments"]![0]!["failedTasks"]!, failed + 1, 1000);
        Assert.Contains(await scene.EventsAsync(), each => each.StartsWith("(service web) is unable to consistently start tasks successfully.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hanging_rollout_stays_in_progress_beside_the_old_tasks()
    {
        await using var scene = await EcsScene.StartAsync();

        var arn = await scene.DeployAsync(RolloutScript.Hangs());
        scene.Pass(24 * 3600 * 1000);

        Assert.Equal("IN_PROGRESS", await scene.StatusAsync(arn));
        Assert.Equal(["PRIMARY web:2 IN_PROGRESS", "ACTIVE web:1 COMPLETED"], await scene.ClassicAsync());
        Assert.Equal(4, (int)(await scene.ServiceAsync())["runningCount"]!);
    }

    [Fact]
    public async Task A_long_pending_deployment_is_seen_as_pending()
    {
        await using var scene = await EcsScene.StartAsync();

        var arn = await scene.DeployAsync(RolloutScript.Healthy() with { PendingFor = TimeSpan.FromSeconds(30) });
        scene.Pass(29_000);
        Assert.Equal("PENDING", await scene.StatusAsync(arn));
        Assert.Null((await scene.DeploymentAsync(arn))["startedAt"]);

        scene.Pass(2000);
        Assert.Equal("SUCCESSFUL", await scene.StatusAsync(arn));
    }

    [Fact]
    public async Task A_first_deployment_has_nothing_to_roll_back_to()
    {
        await using var scene = await EcsScene.StartAsync();
        scene.Script.Rollout("main", "new", RolloutScript.Crashes());

        var made = await scene.CallAsync("CreateService", $$"""
            {"cluster":"main","serviceName":"new","taskDefinition":"web","desiredCount":1,"deploymentConfiguration":{{EcsScene.Breaker(true)}}}
            """);
        scene.Pass(1000);

        var ended = await scene.DeploymentAsync((string)made["service"]!["currentServiceDeployment"]!);
        Assert.Equal("ROLLBACK_FAILED", (string)ended["status"]!);
        Assert.Equal("No rollback candidate was found to run the rollback.", (string)ended["statusReason"]!);
    }
}
