using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.Ecs;

public sealed class RollingTests
{
    [Fact, Trait("Row", "O4"), Trait("Row", "C6")]
    public async Task A_healthy_rollout_succeeds_with_the_image_pinned_and_one_new_revision()
    {
        await using var bed = await EcsBed.StartAsync();
        bed.Script.Rollout("main", "web", RolloutScript.Healthy(TimeSpan.FromSeconds(40)));
        var run = bed.Deployment();

        var ended = await run.BeginAndRunAsync();

        Assert.Equal((Phase.Succeeded, null), (ended.Phase, ended.Outcome));
        Assert.Equal(EcsBed.ImageOf("v2"), bed.RunningImage());
        Assert.Equal(2, bed.Revisions);
        Assert.Equal(2, bed.Service.DesiredCount);
        Assert.True(run.Journal.LongestSleep <= TimeSpan.FromSeconds(5), $"it slept for {run.Journal.LongestSleep}");
    }
}
