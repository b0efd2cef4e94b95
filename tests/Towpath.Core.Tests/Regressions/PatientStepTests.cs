using Towpath.Core.Deployments;
using Towpath.Core.Tests.Deployments;
using Xunit;
using static Towpath.Core.Tests.Deployments.RunnerScene;

namespace Towpath.Core.Tests.Regressions;

/// <summary>A step that may take longer than a timer can wait, such as a shift over weeks, ended the process with an exception before it began.</summary>
public sealed class PatientStepTests
{
    [Fact]
    public async Task Step_that_may_take_longer_than_a_timer_runs()
    {
        using var scene = new RunnerScene(new StepPolicy(TimeSpan.FromDays(60)), ("switch", Returns(new StepResult.Running(TimeSpan.FromSeconds(1), "10 %"))));
        await scene.RunAsync();
        Assert.Equal(Phase.Running, scene.State.Phase);
        scene.Time.Advance(TimeSpan.FromDays(55));
        await scene.RunAsync(fresh: false);
        Assert.Equal(Phase.Succeeded, scene.State.Phase);
    }
}
