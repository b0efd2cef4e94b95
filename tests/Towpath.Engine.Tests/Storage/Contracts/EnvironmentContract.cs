using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage.Contracts;

public abstract class EnvironmentContract(StoreHarness harness) : StoreContract(harness)
{
    private static readonly DeploymentId First = new(Id(1));
    private static readonly DeploymentId Second = new(Id(2));
    private static readonly RunningVersion V1 = new(First, Id(1000), "v1", Digest.Of("v1"), At);
    private static readonly RunningVersion V2 = new(Second, Id(1001), "v2", Digest.Of("v2"), At);

    [Fact]
    public async Task Environment_that_nothing_was_saved_for_is_untouched()
    {
        Assert.Equal(EnvironmentState.Untouched(Production), await Store.Environments.GetAsync(Production, Token));
        Assert.Empty(await Store.Environments.AllAsync(Token));
    }

    [Fact]
    [Trait("Row", "D7")]
    public async Task Lock_is_kept_and_cleared_and_each_time_raises_the_gate_version()
    {
        var held = new EnvironmentLock("kim", "release week", At, At.AddDays(1));
        await SaveAsync(new Change.SetLock(Production, held));
        var locked = await StateAsync();
        await SaveAsync(new Change.SetLock(Production, null));
        var free = await StateAsync();

        Assert.Equal((held, 1), (locked.Lock, locked.GateVersion));
        Assert.Equal((null, 2), (free.Lock, free.GateVersion));
    }

    [Fact]
    public async Task Pin_is_kept_beside_the_lock_and_cleared_and_each_time_raises_the_gate_version()
    {
        var held = new EnvironmentPin("kim", "trade fair", "v1", Digest.Of("v1"), At, At.AddDays(1));
        await SaveAsync(new Change.SetLock(Production, new EnvironmentLock("kim", "x", At, null)), new Change.SetPin(Production, held));
        var pinned = await StateAsync();
        await SaveAsync(new Change.SetPin(Production, null));
        var free = await StateAsync();

        Assert.Equal((held, "kim", 2), (pinned.Pin, pinned.Lock!.Owner, pinned.GateVersion));
        Assert.Equal((null, "kim", 3), (free.Pin, free.Lock!.Owner, free.GateVersion));
    }

    [Fact]
    public async Task Suspension_is_kept_beside_the_lock_and_raises_the_gate_version()
    {
        var suspension = new Suspension(First, "rolled back", At);
        await SaveAsync(new Change.SetLock(Production, new EnvironmentLock("kim", "x", At, null)), new Change.SetSuspension(Production, suspension));

        var state = await StateAsync();

        Assert.Equal((suspension, "kim", 2), (state.Suspension, state.Lock!.Owner, state.GateVersion));
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Request_that_was_decided_before_another_one_came_is_a_conflict()
    {
        await SaveAsync(new Change.SetRequested(Production, First, null));
        await RefusedAsync(new Change.SetRequested(Production, Second, null), new Change.SaveSetting("a", "b"));
        await SaveAsync(new Change.SetRequested(Production, Second, First));

        Assert.Equal(Second, (await StateAsync()).Requested);
        Assert.Null(await Store.Configuration.SettingAsync("a", Token));
    }

    [Fact]
    [Trait("Row", "D7")]
    public async Task Start_that_was_decided_before_a_lock_came_is_a_conflict()
    {
        await SaveAsync(new Change.ExpectGateVersion(Production, 0));
        await SaveAsync(new Change.SetLock(Production, new EnvironmentLock("kim", "x", At, null)));

        await RefusedAsync(new Change.ExpectGateVersion(Production, 0), new Change.SaveSetting("a", "b"));
        await RefusedAsync(new Change.ExpectGateVersion(Production, 2));
        await SaveAsync(new Change.ExpectGateVersion(Production, 1));

        Assert.Null(await Store.Configuration.SettingAsync("a", Token));
    }

    [Fact]
    public async Task Board_shows_the_active_deployment_until_it_ended_and_takes_only_one()
    {
        await SaveAsync(new Change.SetActive(Production, First, Phase.Running));
        await SaveAsync(new Change.SetActive(Production, First, Phase.Verifying));
        await RefusedAsync(new Change.SetActive(Production, Second, Phase.Running));
        Assert.Equal((First, Phase.Verifying), ((await StateAsync()).Active, (await StateAsync()).ActivePhase));

        await SaveAsync(new Change.SetEnded(Production, First, Phase.RolledBack));
        await SaveAsync(new Change.SetActive(Production, Second, Phase.Running));

        var state = await StateAsync();
        Assert.Equal((First, Phase.RolledBack, Second, Phase.Running), (state.Last, state.LastPhase, state.Active, state.ActivePhase));
    }

    [Fact]
    [Trait("Row", "N9")]
    public async Task Known_good_version_stays_while_another_one_runs_that_did_not_succeed()
    {
        await SaveAsync(new Change.SetRunning(Production, V1, Succeeded: true));
        await SaveAsync(new Change.SetRunning(Production, V2, Succeeded: false));

        var state = await StateAsync();

        Assert.Equal((V2, V1), (state.Running, state.KnownGood));
        Assert.Equal(0, state.GateVersion);
    }

    [Fact]
    public async Task Where_it_is_not_known_any_more_what_runs_the_known_good_version_stays()
    {
        await SaveAsync(new Change.SetRunning(Production, V1, Succeeded: true));
        await SaveAsync(new Change.SetRunning(Production, V2, Succeeded: false));
        await SaveAsync(new Change.SetRunning(Production, null, Succeeded: false));

        var state = await StateAsync();

        Assert.Equal((null, V1), (state.Running, state.KnownGood));
    }

    [Fact]
    [Trait("Row", "T16")]
    public async Task What_was_decided_before_something_was_deployed_is_a_conflict()
    {
        await SaveAsync(new Change.ExpectIdle(Production, null));
        await RefusedAsync(new Change.ExpectIdle(Production, First), new Change.SaveSetting("a", "b"));
        await SaveAsync(new Change.SetActive(Production, First, Phase.Running));
        await RefusedAsync(new Change.ExpectIdle(Production, null));
        await SaveAsync(new Change.SetEnded(Production, First, Phase.Succeeded));
        await RefusedAsync(new Change.ExpectIdle(Production, null));
        await SaveAsync(new Change.ExpectIdle(Production, First));

        Assert.Equal(0, (await StateAsync()).GateVersion);
    }

    [Fact]
    public async Task Board_is_every_environment_that_has_a_state()
    {
        await SaveAsync(new Change.SetRunning(Production, V1, Succeeded: true), new Change.SetLock(new EnvironmentKey("app", "dev"), null));

        Assert.Equal(["app/dev", "shop/production"], (await Store.Environments.AllAsync(Token)).Select(e => e.Key.ToString()));
    }

    private Task<EnvironmentState> StateAsync() => Store.Environments.GetAsync(Production, Token);
}
