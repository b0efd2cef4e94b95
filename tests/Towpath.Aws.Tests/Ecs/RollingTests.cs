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

    [Fact, Trait("Row", "N9")]
    public async Task Where_nothing_good_is_known_a_failed_deployment_takes_away_the_parameter_that_it_made()
    {
        await using var bed = await EcsBed.StartAsync();
        bed.Script.Rollout("main", "web", RolloutScript.Crashes(1));
        bed.Settings["version_parameter"] = "/shop/dev/new";
        bed.KnownGood = null;
        var run = bed.Deployment();

        var ended = await run.BeginAndRunAsync();

        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.EndsWith("; there was no known good version to go back to; put back: service web to web:1, /shop/dev/new deleted", ended.Outcome, StringComparison.Ordinal);
        Assert.Equal(EcsBed.ImageOf("v1"), bed.RunningImage());
        Assert.Contains("parameter: /shop/dev/new: v2 → nothing; it was not there before", run.Journal.Lines);
    }
}
