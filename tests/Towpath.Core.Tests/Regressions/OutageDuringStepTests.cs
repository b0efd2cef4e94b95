using Towpath.Core.Deployments;
using Towpath.Core.Tests.Deployments;
using Xunit;
using static Towpath.Core.Tests.Deployments.RunnerScene;

namespace Towpath.Core.Tests.Regressions;

/// <summary>
/// The time of an outage was counted as the step's: after a longer one the new process gave the step up without looking at what had become of
/// it. A good version was rolled back, and a rollback failed that nobody had tried.
/// </summary>
public sealed class OutageDuringStepTests
{
    [Fact]
    public async Task Waiting_step_is_looked_at_after_an_outage_longer_than_its_time()
    {
        using var scene = new RunnerScene(("probe", Returns(new StepResult.Running(TimeSpan.FromSeconds(1), "not yet"))));
        await scene.RunAsync();
        Assert.Equal(Phase.Verifying, scene.State.Phase);
        scene.Time.Advance(TimeSpan.FromHours(8));
        scene.Restart();
        await scene.RunAsync(fresh: false);
        Assert.Equal(Phase.Succeeded, scene.State.Phase);
    }

    [Fact]
    public async Task Rollback_that_was_interrupted_by_an_outage_is_finished()
    {
        using var scene = new RunnerScene(
            ("probe", Returns(new StepResult.Failed("503"))), ("switch-back", Returns(new StepResult.Running(TimeSpan.FromSeconds(1), "not yet"))));
        await scene.RunAsync();
        Assert.Equal(Phase.RollingBack, scene.State.Phase);
        scene.Time.Advance(TimeSpan.FromHours(8));
        scene.Restart();
        await scene.RunAsync(fresh: false);
        Assert.Equal(Phase.RolledBack, scene.State.Phase);
    }

    [Fact]
    public async Task Steps_count_their_time_from_the_restart_too()
    {
        var started = default(DateTimeOffset);
        Task<StepResult> Look(StepContext context, CancellationToken cancellationToken)
        {
            started = context.StartedAt;
            return Task.FromResult<StepResult>(new StepResult.Done());
        }

        using var scene = new RunnerScene(("probe", [.. Returns(new StepResult.Running(TimeSpan.FromSeconds(1), "not yet")), Look]));
        await scene.RunAsync();
        scene.Time.Advance(TimeSpan.FromHours(8));
        scene.Restart();
        await scene.RunAsync(fresh: false);
        Assert.Equal(scene.Time.GetUtcNow(), started);
    }
}
