using Towpath.Core.Deployments;

namespace Towpath.Engine.Tests.Regressions;

/// <summary>
/// A deployment in line kept the capability that its environment's target had asked for when it was queued. After the target moved to
/// another host, the old one ran it; and where the old one was gone, the whole line stood still.
/// </summary>
public sealed class ChangedHostTests
{
    private const string Old = "  dev: { target: { kind: model, host: old } }";
    private const string New = "  dev: { target: { kind: model, host: new } }";

    [Fact]
    public async Task Queued_deployment_is_for_the_new_host_after_the_target_moved()
    {
        await using var engine = new QuietEngine();
        await engine.ConfigureAsync(Old);
        var deployment = await engine.PromoteAsync("dev");
        await engine.ConfigureAsync(New);
        foreach (var work in await engine.ClaimAsync()) await engine.DoAsync(work);
        Assert.Empty(await engine.ClaimAsync("host:old"));
        await engine.DoAsync(Assert.Single(await engine.ClaimAsync("host:new")));
        Assert.Equal(Phase.Succeeded, (await engine.NowAsync(deployment)).Phase);
    }

    [Fact]
    public async Task Old_host_that_claimed_it_first_does_not_start_it()
    {
        await using var engine = new QuietEngine();
        await engine.ConfigureAsync(Old);
        var deployment = await engine.PromoteAsync("dev");
        var claimed = Assert.Single(await engine.ClaimAsync("host:old"), w => w.Subject == deployment.Id.Value);
        await engine.ConfigureAsync(New);
        await engine.DoAsync(claimed);
        Assert.Equal(Phase.Queued, (await engine.NowAsync(deployment)).Phase);
        Assert.Contains(await engine.ClaimAsync("host:new"), w => w.Subject == deployment.Id.Value);
    }

    [Fact]
    public async Task Pruning_on_a_host_that_is_gone_does_not_keep_the_new_one_from_it()
    {
        await using var engine = new QuietEngine();
        await engine.ConfigureAsync(Old);
        await DeployAsync(engine, "v1", "host:old");
        await engine.ConfigureAsync(New);
        await DeployAsync(engine, "v2", "host:new");
        Assert.Contains(await engine.ClaimAsync("host:new"), w => w.Kind == Engine.Work.Queues.Prune);
    }

    [Fact]
    public async Task Nobody_is_sent_to_prune_where_the_target_keeps_nothing()
    {
        await using var engine = new QuietEngine(keeps: false);
        await engine.ConfigureAsync(New);
        await DeployAsync(engine, "v1", "host:new");
        Assert.DoesNotContain(await engine.ClaimAsync("host:new"), w => w.Kind == Engine.Work.Queues.Prune);
    }

    private static async Task DeployAsync(QuietEngine engine, string version, string host)
    {
        var deployment = await engine.PromoteAsync("dev", version);
        await engine.DoAsync((await engine.ClaimAsync(host)).Single(w => w.Subject == deployment.Id.Value));
        Assert.Equal(Phase.Succeeded, (await engine.NowAsync(deployment)).Phase);
    }
}
