using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Engine.Tests.Regressions;

/// <summary>
/// A node of an older version that could not read the configuration in force had evaluations set aside after a few tries: deployments went
/// on waiting for what had come long ago.
/// </summary>
public sealed class FailedEvaluationTests
{
    [Fact]
    public async Task Evaluation_that_keeps_failing_is_tried_again_for_ever()
    {
        await using var engine = new QuietEngine();
        await engine.ConfigureAsync("  dev: { after: [test], target: { kind: model } }\n  test: { target: { kind: model } }");
        await engine.PromoteAsync("dev");
        await engine.CommitAsync(new Change.SaveConfiguration(
            new StoredConfiguration("newer", null, new Dictionary<string, string>(StringComparer.Ordinal) { ["apps/shop.yaml"] = "name: [" }, engine.Time.GetUtcNow()),
            await engine.Store.Configuration.CurrentRevisionAsync(QuietEngine.Token)));
        for (var round = 0; round < 12; round++)
        {
            var claimed = await engine.ClaimAsync();
            Assert.Contains(claimed, w => w.Kind == Queues.EvaluateApplication);
            Assert.Contains(claimed, w => w.Kind == Queues.EvaluateGates);
            foreach (var work in claimed) await engine.DoAsync(work);
            engine.Time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Empty(await engine.Store.Work.SetAsideAsync(10, QuietEngine.Token));
    }
}
