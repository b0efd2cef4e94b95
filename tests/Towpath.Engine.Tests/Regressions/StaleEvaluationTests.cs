using Towpath.Core.Deployments;
using Towpath.Engine.Work;

namespace Towpath.Engine.Tests.Regressions;

/// <summary>
/// An evaluation that had read a lock was saved after the lock was gone and after another evaluation had found nothing to save: the
/// deployment waited for a lock that nobody held, and nobody looked at it again.
/// </summary>
public sealed class StaleEvaluationTests
{
    [Fact]
    public async Task Evaluation_on_a_lock_that_is_gone_by_now_is_not_saved()
    {
        await using var engine = new QuietEngine();
        await engine.ConfigureAsync("  dev: { target: { kind: model } }");
        var deployment = await engine.PromoteAsync("dev");
        Assert.Equal(Phase.Queued, deployment.Phase);
        await engine.LockAsync("dev", held: true);
        // The lock has been read; now it goes, and a second evaluation finds that all is as it was.
        engine.Store.Faults.BeforeCommit = async _ =>
        {
            engine.Store.Faults.BeforeCommit = _ => Task.CompletedTask;
            await engine.LockAsync("dev", held: false);
            Assert.Equal(Phase.Queued, (await EvaluateAsync(engine, deployment)).Phase);
        };
        await EvaluateAsync(engine, deployment);
        Assert.Equal(Phase.Queued, (await engine.NowAsync(deployment)).Phase);
    }

    private static async Task<Deployment> EvaluateAsync(QuietEngine engine, Deployment deployment) =>
        (await engine.Get<GateEvaluations>().EvaluateAsync(deployment.Id, fence: null, QuietEngine.Token))!;
}
