using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Work;

/// <summary>What keeps a deployment from its start, and the line that it stands in, on every real store.</summary>
public abstract class StartContract(Func<Task<Func<IStore>>> database) : OnEngine(database)
{
    private static string Words(Deployment deployment) => string.Join('\n', Core.Gates.GateWords.Lines(deployment.Gates!).Select(line => line.Text));

    [Fact(Timeout = Limit)]
    [Trait("Row", "N14")]
    public async Task Promotion_waits_for_success_before_it_and_for_approval_and_goes_on_by_itself()
    {
        await using var engine = await BeginAsync();
        var build = await engine.BuildAsync();
        var staging = await engine.PromoteAsync(build, "staging");
        Assert.Equal(Phase.Waiting, staging.Phase);
        await engine.ApproveAsync(staging, "kim");
        Assert.Equal(Phase.Waiting, (await engine.Store.Deployments.GetAsync(staging.Id, EngineWorld.Token))!.Phase);
        var dev = await engine.EndsAsync((await engine.PromoteAsync(build, "dev")).Id);
        var promoted = await engine.EndsAsync(staging.Id);
        Assert.Equal((Phase.Succeeded, Phase.Succeeded, dev.Digest), (dev.Phase, promoted.Phase, promoted.Digest));
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T1")]
    public async Task Approval_is_void_when_the_policy_changes_before_the_start()
    {
        await using var engine = await BeginAsync();
        var build = await engine.BuildAsync();
        var staging = await engine.PromoteAsync(build, "staging");
        await engine.ApproveAsync(staging, "kim");
        await engine.ConfigureAsync(EngineWorld.Apps.Replace("after: [dev]", "after: [dev], variables: { LEVEL: high }", StringComparison.Ordinal));
        await engine.EndsAsync((await engine.PromoteAsync(build, "dev")).Id);
        var waiting = await engine.ReachesAsync(staging.Id, d => d.PolicyRevision != staging.PolicyRevision);
        Assert.Equal(Phase.Waiting, waiting.Phase);
        Assert.Contains("policy changed", Words(waiting), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T2")]
    public async Task Approval_that_ends_while_its_deployment_is_planned_starts_nothing()
    {
        await using var engine = await BeginAsync();
        await engine.ConfigureAsync(EngineWorld.Apps.Replace("approvals: [{ role: staff }]", "approvals: [{ role: staff }], approval: { expires: 4s }", StringComparison.Ordinal));
        var build = await engine.BuildAsync();
        await engine.EndsAsync((await engine.PromoteAsync(build, "dev")).Id);
        var staging = await engine.PromoteAsync(build, "staging");
        engine.World.OnPlan = (_, cancellationToken) => Patience.UntilAsync(
            async () => (await engine.Store.Deployments.ApprovalsAsync(staging.Id, cancellationToken))[0].At.AddSeconds(4) < TimeProvider.System.GetUtcNow());

        await engine.ApproveAsync(staging, "kim");
        var waiting = await engine.ReachesAsync(staging.Id, d => d.Phase.IsActive() || d.Phase.IsTerminal() || (d.Phase == Phase.Waiting && Words(d).Contains("it counted until", StringComparison.Ordinal)));

        Assert.Equal((Phase.Waiting, null), (waiting.Phase, waiting.StartedAt));
        Assert.DoesNotContain(await engine.Store.Deployments.JournalAsync(staging.Id, EngineWorld.Token), entry => entry.Event == nameof(DeploymentEvent.Started));
    }

    [Fact(Timeout = Limit)]
    public async Task Line_of_an_environment_is_served_in_order_and_never_two_at_once()
    {
        await using var engine = await BeginAsync(nodes: 2);
        engine.World.OnPrepare = async (_, token) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, token);
            return null;
        };
        var asked = new List<Deployment>();
        for (var i = 0; i < 12; i++) asked.Add(await engine.PromoteAsync(await engine.BuildAsync(), i % 3 == 0 ? "dev" : "production"));
        foreach (var deployment in asked) Assert.Equal(Phase.Succeeded, (await engine.EndsAsync(deployment.Id)).Phase);
        Assert.Empty(engine.World.Overlaps);
        foreach (var line in asked.GroupBy(d => d.Key))
            Assert.Equal(line.Select(d => d.Digest), engine.World.Switches.Where(s => s.Key == line.Key).Select(s => s.Digest));
    }

    [Fact(Timeout = Limit)]
    public async Task Waiting_for_a_person_does_not_block_the_environments_line()
    {
        await using var engine = await BeginAsync();
        var build = await engine.BuildAsync();
        await engine.EndsAsync((await engine.PromoteAsync(build, "dev")).Id);
        var waiting = await engine.PromoteAsync(build, "staging");
        var hotfix = await engine.BuildAsync();
        await engine.EndsAsync((await engine.PromoteAsync(hotfix, "dev")).Id);
        var overtaking = await engine.PromoteAsync(hotfix, "staging");
        await engine.ApproveAsync(overtaking, "lee");
        Assert.Equal(Phase.Succeeded, (await engine.EndsAsync(overtaking.Id)).Phase);
        Assert.Equal(Phase.Waiting, (await engine.Store.Deployments.GetAsync(waiting.Id, EngineWorld.Token))!.Phase);
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "D7")]
    public async Task Lock_holds_a_promotion_until_it_ends_by_itself()
    {
        await using var engine = await BeginAsync();
        Deployment deployment;
        DateTimeOffset until;
        do
        {
            // On a busy machine the lock may have ended before anybody asked: then once more.
            var (build, now) = (await engine.BuildAsync(), TimeProvider.System.GetUtcNow());
            until = now.AddSeconds(2);
            await engine.CommitAsync(new Change.SetLock(EngineWorld.Key("production"), new EnvironmentLock("kim", "migration", now, until)));
            deployment = await engine.PromoteAsync(build, "production");
        }
        while (deployment.Gates!.IsOpen);

        Assert.Equal("lock of kim", Core.Gates.GateWords.WaitsFor(deployment.Gates!));
        var ended = await engine.EndsAsync(deployment.Id);
        Assert.Equal(Phase.Succeeded, ended.Phase);
        Assert.True(ended.StartedAt >= until);
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "D7")]
    public async Task Lock_set_while_it_stands_in_line_takes_it_out_and_unlock_lets_it_go_on()
    {
        await using var engine = await BeginAsync();
        var release = new TaskCompletionSource();
        engine.World.OnPrepare = async (_, token) =>
        {
            await release.Task.WaitAsync(token);
            return null;
        };
        var first = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        var second = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        await engine.ReachesAsync(first.Id, d => d.Phase == Phase.Running);
        var held = new EnvironmentLock("kim", "incident", TimeProvider.System.GetUtcNow(), null);
        await engine.CommitAsync(new Change.SetLock(second.Key, held));
        release.SetResult();
        await engine.EndsAsync(first.Id);
        await engine.ReachesAsync(second.Id, d => d.Phase == Phase.Waiting && d.Gates!.IsOpen == false);
        await engine.CommitAsync(new Change.SetLock(second.Key, null), Transitions.EvaluateApplication("shop"));
        Assert.Equal(Phase.Succeeded, (await engine.EndsAsync(second.Id)).Phase);
    }
}
