using System.Text.Json;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Work;

/// <summary>What the engine does with deployments, on every real store.</summary>
public abstract class EngineContract(Func<Task<Func<IStore>>> database) : OnEngine(database)
{
    private static readonly EngineOptions SoonSetAside = new() { SetAsideAfter = 2, Poll = TimeSpan.FromMilliseconds(200) };

    [Fact(Timeout = Limit)]
    public async Task Deployment_with_open_gates_runs_and_succeeds()
    {
        await using var engine = await BeginAsync();
        var deployment = await engine.DeployAsync("production");
        Assert.Equal(Phase.Succeeded, deployment.Phase);
        Assert.Equal(deployment.Digest, engine.World.Runs[deployment.Key]);
        var state = await engine.StateAsync("production");
        Assert.Equal((deployment.Id, deployment.Id, null), (state.Running!.Deployment, state.KnownGood!.Deployment, state.Active));
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "N9")]
    public async Task Failed_verification_puts_back_what_last_succeeded_and_suspends_automation()
    {
        await using var engine = await BeginAsync();
        var good = await engine.DeployAsync("production");
        engine.World.OnProbe = (_, _) => Task.FromResult<StepResult?>(new StepResult.Failed("503 from the shop"));
        var bad = await engine.DeployAsync("production");
        Assert.Equal((Phase.RolledBack, "503 from the shop"), (bad.Phase, bad.Outcome));
        Assert.Equal(good.Digest, engine.World.Runs[good.Key]);
        var state = await engine.StateAsync("production");
        Assert.Equal((good.Id, good.Id, bad.Id), (state.Running!.Deployment, state.KnownGood!.Deployment, state.Suspension!.Deployment));
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T16")]
    public async Task Failed_verification_puts_back_what_was_adopted()
    {
        await using var engine = await BeginAsync();
        var digest = Digest.Of("what ran before");
        engine.World.Runs[EngineWorld.Key("production")] = digest;
        var adopted = (await engine.AdoptAsync("production", digest, await engine.StateAsync("production")))!;
        engine.World.OnProbe = (_, _) => Task.FromResult<StepResult?>(new StepResult.Failed("503 from the shop"));

        var failed = await engine.DeployAsync("production");

        Assert.Equal((Phase.RolledBack, adopted.Id), (failed.Phase, failed.KnownGood!.Deployment));
        Assert.Equal(digest, engine.World.Runs[failed.Key]);
        var state = await engine.StateAsync("production");
        Assert.Equal((adopted.Id, adopted.Id, failed.Id), (state.Running!.Deployment, state.KnownGood!.Deployment, state.Last));
        Assert.Equal(["Requested", "Adopted"], (await engine.Store.Deployments.JournalAsync(adopted.Id, EngineWorld.Token)).Select(entry => entry.Event));
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T16")]
    public async Task Adoption_of_what_was_seen_before_a_deployment_changes_nothing()
    {
        await using var engine = await BeginAsync();
        var before = await engine.StateAsync("production");
        var deployed = await engine.DeployAsync("production");

        Assert.Null(await engine.AdoptAsync("production", Digest.Of("what ran before"), before));

        var state = await engine.StateAsync("production");
        Assert.Equal((deployed.Id, deployed.Digest), (state.KnownGood!.Deployment, state.KnownGood.Digest));
        Assert.Single(await engine.Store.Deployments.ListAsync(new DeploymentFilter("shop", "production"), EngineWorld.Token));
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "N9")]
    public async Task Failed_verification_with_nothing_known_good_says_so()
    {
        await using var engine = await BeginAsync();
        engine.World.OnProbe = (_, _) => Task.FromResult<StepResult?>(new StepResult.Failed("503"));
        var failed = await engine.DeployAsync("production");
        Assert.Equal(Phase.Failed, failed.Phase);
        Assert.Equal("503; not rolled back: no version is known to have succeeded here before", failed.Outcome);
    }

    [Fact(Timeout = Limit)]
    public async Task Failed_verification_stays_where_the_policy_says_so()
    {
        await using var engine = await BeginAsync();
        await engine.DeployAsync("stubborn");
        engine.World.OnProbe = (_, _) => Task.FromResult<StepResult?>(new StepResult.Failed("503"));
        var failed = await engine.DeployAsync("stubborn");
        Assert.Equal((Phase.Failed, failed.Digest), (failed.Phase, engine.World.Runs[failed.Key]));
    }

    [Fact(Timeout = Limit)]
    public async Task Cancellation_before_the_switch_stops_a_running_step()
    {
        await using var engine = await BeginAsync();
        engine.World.OnPrepare = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return null;
        };
        var deployment = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        await engine.ReachesAsync(deployment.Id, d => d.Phase == Phase.Running);
        Assert.IsType<Next>(await engine.CancelAsync(deployment));
        Assert.Equal((Phase.Cancelled, "cancelled by dana"), await OutcomeAsync(engine, deployment));
        Assert.Empty(engine.World.Switches);
    }

    [Fact(Timeout = Limit)]
    public async Task Cancellation_after_the_switch_rolls_back()
    {
        await using var engine = await BeginAsync();
        var good = await engine.DeployAsync("production");
        engine.World.OnProbe = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return null;
        };
        var deployment = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        await engine.ReachesAsync(deployment.Id, d => d.Phase == Phase.Verifying);
        await engine.CancelAsync(deployment);
        Assert.Equal((Phase.RolledBack, "cancelled by dana"), await OutcomeAsync(engine, deployment));
        Assert.Equal(good.Digest, engine.World.Runs[good.Key]);
    }

    [Fact(Timeout = Limit)]
    public async Task Sleeping_step_holds_no_slot_and_keeps_its_place()
    {
        await using var engine = await BeginAsync(new EngineOptions { Slots = 1, Poll = TimeSpan.FromMilliseconds(200) });
        var asleep = true;
        engine.World.OnProbe = (context, _) => Task.FromResult<StepResult?>(
            asleep && context.Deployment.Key == EngineWorld.Key("production") ? new StepResult.Running(TimeSpan.FromMilliseconds(100), "baking") : null);
        var baking = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        var behind = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        await engine.ReachesAsync(baking.Id, d => d.Phase == Phase.Verifying && d.CurrentRecord!.Waits);
        Assert.Equal(Phase.Succeeded, (await engine.DeployAsync("dev")).Phase);
        Assert.Equal(Phase.Queued, (await engine.Store.Deployments.GetAsync(behind.Id, EngineWorld.Token))!.Phase);
        asleep = false;
        Assert.Equal(Phase.Succeeded, (await engine.EndsAsync(baking.Id)).Phase);
        Assert.Equal(Phase.Succeeded, (await engine.EndsAsync(behind.Id)).Phase);
    }

    [Fact(Timeout = Limit)]
    public async Task Technical_errors_are_retried_inside_the_budget()
    {
        await using var engine = await BeginAsync();
        var errors = 0;
        engine.World.OnPrepare = (_, _) => ++errors <= 2 ? throw new IOException("connection reset") : Task.FromResult<StepResult?>(null);
        var deployment = await engine.DeployAsync("production");
        Assert.Equal((Phase.Succeeded, 3), (deployment.Phase, deployment.Steps[0].Attempt));
    }

    [Fact(Timeout = Limit)]
    public async Task Work_that_needs_a_capability_is_left_to_a_node_that_has_it()
    {
        await using var engine = await BeginAsync();
        var deployment = await engine.PromoteAsync(await engine.BuildAsync(), "elsewhere");
        Assert.Equal(Phase.Succeeded, (await engine.DeployAsync("dev")).Phase);
        Assert.Equal(Phase.Queued, (await engine.Store.Deployments.GetAsync(deployment.Id, EngineWorld.Token))!.Phase);
        await engine.StartAsync(new EngineOptions { NodeName = "attic", Capabilities = ["host:attic"], Poll = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(Phase.Succeeded, (await engine.EndsAsync(deployment.Id)).Phase);
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T14")]
    public async Task Capability_is_lacking_while_no_node_that_runs_has_it()
    {
        await using var engine = await BeginAsync(idle: true);
        var deployment = await engine.PromoteAsync(await engine.BuildAsync(), "elsewhere");
        Assert.Equal("host:attic", deployment.Capability);
        var time = new VirtualTime();
        var (here, there) = (new Presence(engine.Store, time), new Presence(engine.Store, time));
        var attic = new NodeIdentity("n2", "attic", ["host:attic"], NodeIdentity.DefaultLease);
        Assert.False(here.Lacks("host:attic"));
        await BeatAsync(here);
        Assert.Equal((true, false, false), (here.Lacks("host:attic"), here.Lacks("host:cellar"), here.Lacks(null)));
        await there.BeatAsync(attic, EngineWorld.Token);
        await BeatAsync(here);
        Assert.False(here.Lacks("host:attic"));
        // Killed: its entry stands still.
        time.Advance(Presence.Interval * 6);
        await BeatAsync(here);
        Assert.True(here.Lacks("host:attic"));
        time.Advance(TimeSpan.FromHours(2));
        await BeatAsync(here);
        Assert.Equal(["node/n1"], (await engine.Store.Configuration.SettingsAsync("node/", EngineWorld.Token)).Keys);
        // Paused and not killed: it comes back.
        await there.BeatAsync(attic, EngineWorld.Token);
        await BeatAsync(here);
        Assert.False(here.Lacks("host:attic"));
        await there.LeaveAsync(attic, EngineWorld.Token);
        await BeatAsync(here);
        Assert.True(here.Lacks("host:attic"));

        static Task BeatAsync(Presence presence) => presence.BeatAsync(new NodeIdentity("n1", "cellar", ["host:cellar"], NodeIdentity.DefaultLease), EngineWorld.Token);
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T3")]
    public async Task Drained_node_hands_over_a_step_that_does_not_end_and_nothing_fails()
    {
        await using var engine = await BeginAsync(new EngineOptions { DrainGrace = TimeSpan.FromMilliseconds(100), Poll = TimeSpan.FromMilliseconds(200) });
        var first = engine.First;
        var attempts = 0;
        engine.World.OnPrepare = async (_, token) =>
        {
            if (Interlocked.Increment(ref attempts) == 1) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return null;
        };
        var deployment = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        await engine.ReachesAsync(deployment.Id, _ => attempts == 1);
        await engine.StartAsync();
        await first.StopAsync();
        var ended = await engine.EndsAsync(deployment.Id);
        Assert.Equal((Phase.Succeeded, 2), (ended.Phase, ended.Steps[0].Attempt));
    }

    [Fact(Timeout = Limit)]
    public async Task Newer_automatic_request_supersedes_the_older_one_that_has_not_started()
    {
        await using var engine = await BeginAsync();
        await engine.CommitAsync(new Change.SetLock(EngineWorld.Key("dev"), new EnvironmentLock("kim", "wait", TimeProvider.System.GetUtcNow(), null)));
        var application = (await engine.First.Get<Configurations>().CurrentAsync(EngineWorld.Token)).FindApplication("shop")!;
        var promotions = engine.First.Get<Promotions>();
        var older = Assert.Single(await promotions.AutomaticAsync(application, await engine.BuildAsync("main"), fence: null, EngineWorld.Token));
        var newer = Assert.Single(await promotions.AutomaticAsync(application, await engine.BuildAsync("main"), fence: null, EngineWorld.Token));
        await engine.CommitAsync(new Change.SetLock(EngineWorld.Key("dev"), null), Transitions.EvaluateApplication("shop"));
        Assert.Equal(Phase.Succeeded, (await engine.EndsAsync(newer.Id)).Phase);
        Assert.Equal(Phase.Superseded, (await engine.EndsAsync(older.Id)).Phase);
        Assert.Empty(await promotions.AutomaticAsync(application, await engine.BuildAsync("topic"), fence: null, EngineWorld.Token));
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T3")]
    public async Task Node_that_slept_past_its_lease_requests_no_old_build_after_a_newer_one()
    {
        await using var engine = await BeginAsync(idle: true);
        var application = (await engine.First.Get<Configurations>().CurrentAsync(EngineWorld.Token)).FindApplication("shop")!;
        var promotions = engine.First.Get<Promotions>();
        var (old, @new) = (await engine.BuildAsync("main"), await engine.BuildAsync("main"));
        await engine.CommitAsync(new Change.EnqueueWork(new WorkItem { Kind = "promote", Queue = "promote:shop", Subject = old.Id }));
        await using var slept = await engine.ClaimAsync("slept", "promote", old.Id);
        await engine.Store.Work.ReleaseAsync(slept.Work.Fence, EngineWorld.Token);
        await using var successor = await engine.ClaimAsync("successor", "promote", old.Id);
        var newer = Assert.Single(await promotions.AutomaticAsync(application, @new, successor.Work.Fence, EngineWorld.Token));
        await Assert.ThrowsAsync<OwnershipLostException>(() => promotions.AutomaticAsync(application, old, slept.Work.Fence, EngineWorld.Token));
        Assert.Equal([newer.Id], (await engine.Store.Deployments.ListAsync(new DeploymentFilter("shop"), EngineWorld.Token)).Select(d => d.Id));
    }

    [Theory(Timeout = Limit)]
    [Trait("Row", "T3")]
    [InlineData(Queues.EvaluateGates)]
    [InlineData(Queues.EvaluateApplication)]
    public async Task Node_that_lost_an_evaluation_saves_no_answer(string kind)
    {
        await using var engine = await BeginAsync(idle: true);
        var queued = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        await engine.CommitAsync(new Change.SetLock(queued.Key, new EnvironmentLock("kim", "wait", TimeProvider.System.GetUtcNow(), null)));
        await engine.CommitAsync(Transitions.EvaluateGates(queued.Id, TimeSpan.Zero), Transitions.EvaluateApplication("shop"));
        await using var lost = await engine.ClaimAsync("slept", kind, kind == Queues.EvaluateGates ? queued.Id.Value : "shop");
        await engine.Store.Work.ReleaseAsync(lost.Work.Fence, EngineWorld.Token);
        var handler = engine.First.Get<IEnumerable<IWorkHandler>>().Single(h => h.Kind == kind);
        await Assert.ThrowsAsync<OwnershipLostException>(() => handler.HandleAsync(lost.Work, new WorkSignals(EngineWorld.Token, default, default)));
        Assert.Equal(queued.Revision, (await engine.Store.Deployments.GetAsync(queued.Id, EngineWorld.Token))!.Revision);
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T14")]
    public async Task Deployment_that_cannot_go_on_waits_for_a_person_and_goes_on_when_retried()
    {
        await using var engine = await BeginAsync(SoonSetAside);
        // A message may hold anything: what nobody else should read, what a database refuses, and any amount of it.
        engine.World.ProbePolicy = () => throw new InvalidCastException("db:5432/towpath\0\ud83d\u001b[31m" + new string('x', 100_000));
        var deployment = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        var stands = await engine.ReachesAsync(deployment.Id, d => d.Phase == Phase.NeedsAttention);
        Assert.Equal(
            ("it could not go on in 2 tries: an error inside Towpath (InvalidCastException)",
                "the control plane's log has the details: mend the cause and retry the deployment, or cancel it", Phase.Verifying),
            (stands.Attention!.Reason, stands.Attention.WhatToDo, stands.Attention.ResumesIn));
        Assert.Empty(await engine.Store.Work.SetAsideAsync(10, EngineWorld.Token));
        engine.World.ProbePolicy = () => new StepPolicy(TimeSpan.FromMinutes(5));
        Assert.IsType<Next>(await engine.RetryAsync(stands));
        Assert.Equal(Phase.Succeeded, (await engine.EndsAsync(deployment.Id)).Phase);
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T14")]
    public async Task Deployment_that_cannot_go_on_can_be_given_up_and_the_next_one_runs()
    {
        await using var engine = await BeginAsync(SoonSetAside);
        engine.World.ProbePolicy = () => throw new InvalidCastException("the step has a bug");
        var stuck = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        await engine.ReachesAsync(stuck.Id, d => d.Phase == Phase.NeedsAttention);
        var behind = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        engine.World.ProbePolicy = () => new StepPolicy(TimeSpan.FromMinutes(5));
        await engine.CancelAsync(stuck);
        Assert.Equal(Phase.Failed, (await engine.EndsAsync(stuck.Id)).Phase);
        Assert.Equal(Phase.Succeeded, (await engine.EndsAsync(behind.Id)).Phase);
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "T14")]
    public async Task Deployment_that_cannot_be_started_fails_with_the_reason_and_blocks_nobody()
    {
        await using var engine = await BeginAsync(SoonSetAside, idle: true);
        var deployment = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        var configuration = (await engine.Store.Configuration.CurrentAsync(EngineWorld.Token))!;
        var unreadable = new StoredConfiguration("newer", null, new Dictionary<string, string>(StringComparer.Ordinal) { ["apps/shop.yaml"] = "name: [" }, default);
        await engine.CommitAsync(new Change.SaveConfiguration(unreadable, configuration.Revision));
        engine.First.Start();
        var failed = await engine.EndsAsync(deployment.Id);
        Assert.Equal(Phase.Failed, failed.Phase);
        Assert.Matches("^it could not be started in 2 tries: an error inside Towpath \\([A-Za-z]+\\); the control plane's log has the details: mend the cause and ask for it again$", failed.Outcome!);
        await engine.CommitAsync(new Change.SaveConfiguration(configuration with { Revision = "mended" }, "newer"));
        Assert.Equal(Phase.Succeeded, (await engine.DeployAsync("production")).Phase);
    }

    [Fact(Timeout = Limit)]
    [Trait("Row", "O9")]
    public async Task Start_records_the_commit_that_its_policy_came_from()
    {
        await using var engine = await BeginAsync(idle: true);
        var deployment = await engine.PromoteAsync(await engine.BuildAsync(), "production");
        // Another environment changes: the policy here is the same, and comes from a newer commit.
        await engine.ConfigureAsync(EngineWorld.Apps.Replace("on_failure: stay", "on_failure: rollback", StringComparison.Ordinal), source: "decaf");
        engine.First.Start();
        var ended = await engine.EndsAsync(deployment.Id);
        var journal = await engine.Store.Deployments.JournalAsync(deployment.Id, EngineWorld.Token);
        var started = JsonDocument.Parse(journal.Single(e => e.Event == "Started").Data).RootElement;
        Assert.Equal((ended.PolicyRevision, "decaf"), (started.GetProperty("policy_revision").GetString(), started.GetProperty("policy_source").GetString()));
        Assert.Equal("decaf", ended.PolicySource);
        var audited = (await engine.Store.Audit.RecentAsync("shop", deployment.Id, 10, EngineWorld.Token)).Single(e => e.Action == "deployment.started");
        Assert.Equal("decaf", JsonDocument.Parse(audited.Details).RootElement.GetProperty("policy_source").GetString());
    }

    [Fact(Timeout = Limit)]
    public async Task Every_start_and_end_is_audited_and_sealed()
    {
        await using var engine = await BeginAsync();
        var deployment = await engine.DeployAsync("production");
        var entries = await engine.Store.Audit.RecentAsync("shop", deployment.Id, 10, EngineWorld.Token);
        Assert.Equal(
            ["deployment.requested", "deployment.queued", "deployment.started", "deployment.verifying", "deployment.succeeded"],
            entries.Reverse().Select(e => e.Action));
        await engine.First.Get<AuditSealer>().SealAsync(null, EngineWorld.Token);
        Assert.Empty(await engine.Store.Audit.UnsealedAsync(10, EngineWorld.Token));
    }

    private static async Task<(Phase, string?)> OutcomeAsync(EngineWorld engine, Deployment deployment)
    {
        var ended = await engine.EndsAsync(deployment.Id);
        return (ended.Phase, ended.Outcome);
    }
}
