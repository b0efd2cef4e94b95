using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Xunit;
using static Towpath.Core.Tests.Deployments.RunnerScene;

namespace Towpath.Core.Tests.Deployments;

[Trait("Row", "T3")]
public sealed class DeploymentRunnerTests
{
    [Fact]
    public async Task Steps_run_in_order_each_journaled_before_the_next()
    {
        using var scene = new RunnerScene(("unpack", Returns(new StepResult.Done(new JsonObject { ["release"] = "r2" }))));
        Assert.Equal(RunEnd.Finished, await scene.RunAsync());
        Assert.Equal("StepDone StepDone StepDone", scene.Written);
        Assert.Equal(Phase.Succeeded, scene.State.Phase);
        Assert.Equal("r2", (string?)scene.State.Steps[0].Outputs!["release"]);
        Assert.All(scene.State.Steps, step => Assert.Equal((StepStatus.Done, 1), (step.Status, step.Attempt)));
    }

    [Fact]
    public async Task Outputs_of_earlier_steps_and_the_same_token_reach_every_attempt()
    {
        var seen = new List<(string? Release, string Token, int Attempt)>();
        Task<StepResult> Look(StepContext context, CancellationToken cancellationToken)
        {
            seen.Add(((string?)context.OutputsOf("unpack")?["release"], context.IdempotencyToken, context.Attempt));
            return Task.FromResult<StepResult>(seen.Count == 1 ? new StepResult.Errored(new IOException("reset")) : new StepResult.Done());
        }

        using var scene = new RunnerScene(("unpack", Returns(new StepResult.Done(new JsonObject { ["release"] = "r2" }))), ("switch", Does(Look, Look)));
        await scene.RunAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        await scene.RunAsync(fresh: false);
        Assert.Equal([("r2", $"{scene.State.Id}-s1", 1), ("r2", $"{scene.State.Id}-s1", 2)], seen);
    }

    [Fact]
    public async Task Failed_is_not_retried()
    {
        using var scene = new RunnerScene(("unpack", Returns(new StepResult.Failed("the digest is another one"))));
        Assert.Equal(RunEnd.Finished, await scene.RunAsync());
        Assert.Equal((Phase.Failed, "the digest is another one", 1), (scene.State.Phase, scene.State.Outcome, scene.RunsOf("unpack")));
        Assert.Equal(0, scene.RunsOf("switch"));
    }

    [Fact]
    public async Task Errored_is_retried_with_back_off_inside_the_budget_and_fails_beyond_it()
    {
        using var scene = new RunnerScene(("unpack", Returns([.. Enumerable.Repeat(new StepResult.Errored(new IOException("reset")), 3)])));
        Assert.Equal(RunEnd.Sleeping, await scene.RunAsync());
        Assert.Equal(RunEnd.Sleeping, await scene.RunAsync(fresh: false));
        Assert.Equal((2, 3), (scene.State.Steps[0].Errors, scene.State.Steps[0].Attempt));
        Assert.Equal(RunEnd.Finished, await scene.RunAsync(fresh: false));
        Assert.Equal((Phase.Failed, "reset (3 technical errors in a row)"), (scene.State.Phase, scene.State.Outcome));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(7, 60)]
    [InlineData(1000, 60)]
    public void Back_off_doubles_up_to_a_minute(int errors, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), StepPolicy.BackOff(errors));

    [Fact]
    public async Task Thrown_exception_is_an_error_of_the_step()
    {
        using var scene = new RunnerScene(("unpack", Does((_, _) => throw new InvalidDataException("no zip"))));
        Assert.Equal(RunEnd.Sleeping, await scene.RunAsync());
        Assert.Equal("no zip", scene.State.Steps[0].Message);
    }

    [Fact]
    public async Task Progress_clears_the_errors_before_it()
    {
        var error = new StepResult.Errored(new IOException("reset"));
        var wait = new StepResult.Running(TimeSpan.FromSeconds(1), "1 of 2");
        using var scene = new RunnerScene(("unpack", Returns(error, error, wait, error, error)));
        for (var run = 0; run < 5; run++) Assert.Equal(RunEnd.Sleeping, await scene.RunAsync(fresh: run == 0));
        Assert.Equal(RunEnd.Finished, await scene.RunAsync(fresh: false));
        Assert.Equal(Phase.Succeeded, scene.State.Phase);
    }

    [Fact]
    public async Task Waiting_is_no_new_attempt_and_sleeps_until_its_instant()
    {
        using var scene = new RunnerScene(("unpack", Returns(new StepResult.Running(TimeSpan.FromSeconds(7), "1 of 2"))));
        Assert.Equal(RunEnd.Sleeping, await scene.RunAsync());
        Assert.True(scene.State.Steps[0].Waits);
        await scene.RunAsync(fresh: false);
        Assert.Equal((Phase.Succeeded, 1), (scene.State.Phase, scene.State.Steps[0].Attempt));
    }

    [Fact]
    public async Task Resumed_step_is_another_attempt()
    {
        using var scene = new RunnerScene();
        await scene.RunAsync(fresh: false);
        Assert.Equal("StepStarted StepDone StepDone StepDone", scene.Written);
        Assert.Equal(2, scene.State.Steps[0].Attempt);
    }

    [Fact]
    public async Task Time_runs_from_the_first_start_with_waits_included()
    {
        using var scene = new RunnerScene(("unpack", Returns(new StepResult.Running(TimeSpan.FromMinutes(5), "1 of 2"))));
        await scene.RunAsync();
        scene.Time.Advance(TimeSpan.FromMinutes(5));
        await scene.RunAsync(fresh: false);
        Assert.Equal((Phase.Failed, "it did not finish within 300 seconds"), (scene.State.Phase, scene.State.Outcome));
    }

    [Fact]
    public async Task Step_that_hangs_is_cancelled_at_its_timeout()
    {
        using var scene = new RunnerScene(("unpack", Does(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new StepResult.Done();
        })));
        var run = scene.RunAsync();
        scene.Time.Advance(TimeSpan.FromMinutes(5));
        await run;
        Assert.Equal((Phase.Failed, "it did not finish within 300 seconds"), (scene.State.Phase, scene.State.Outcome));
    }

    [Fact]
    public async Task Cancel_during_a_step_before_the_switch_stops()
    {
        using var scene = new RunnerScene(("unpack", Does(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new StepResult.Done();
        })));
        var run = scene.RunAsync();
        scene.Journal.Apply(new DeploymentEvent.CancelRequested(scene.Time.GetUtcNow(), "kim", "wrong version"));
        await scene.Cancel.CancelAsync();
        Assert.Equal(RunEnd.Finished, await run);
        Assert.Equal((Phase.Cancelled, "cancelled by kim: wrong version"), (scene.State.Phase, scene.State.Outcome));
        Assert.Equal(StepStatus.Skipped, scene.State.Steps[0].Status);
        Assert.Equal(0, scene.RunsOf("switch"));
    }

    [Fact]
    public async Task Cancel_after_the_switch_rolls_back_and_is_not_interrupted_again()
    {
        using var scene = new RunnerScene(("probe", Does(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new StepResult.Done();
        })));
        var run = scene.RunAsync();
        scene.Journal.Apply(new DeploymentEvent.CancelRequested(scene.Time.GetUtcNow(), "kim", null));
        await scene.Cancel.CancelAsync();
        await run;
        Assert.Equal((Phase.RolledBack, 1, 1), (scene.State.Phase, scene.RunsOf("switch-back"), scene.RunsOf("probe-back")));
    }

    [Fact]
    public async Task Cancel_that_races_the_end_of_a_step_is_decided_again_on_the_newest_state()
    {
        using var scene = new RunnerScene();
        scene.Journal.BeforeWrite = _ =>
        {
            if (scene.State.Cancel is null) scene.Journal.Apply(new DeploymentEvent.CancelRequested(scene.Time.GetUtcNow(), "kim", null));
        };
        await scene.RunAsync();
        Assert.Equal((Phase.Cancelled, StepStatus.Done, 0), (scene.State.Phase, scene.State.Steps[0].Status, scene.RunsOf("switch")));
    }

    [Fact]
    public async Task Wake_up_without_a_cancellation_gives_the_deployment_back_unchanged()
    {
        using var scene = new RunnerScene(("unpack", Does(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new StepResult.Done();
        })));
        var run = scene.RunAsync();
        await scene.Cancel.CancelAsync();
        Assert.Equal(RunEnd.HandedOver, await run);
        Assert.Equal("", scene.Written);
    }

    [Fact]
    public async Task Drain_ends_between_steps_and_another_run_goes_on()
    {
        using var scene = new RunnerScene();
        scene.Journal.BeforeWrite = _ => scene.Drain.Cancel();
        Assert.Equal(RunEnd.HandedOver, await scene.RunAsync());
        Assert.Equal((1, 1, 0), (scene.State.Cursor, scene.RunsOf("unpack"), scene.RunsOf("switch")));
    }

    [Fact]
    public async Task Stop_in_the_middle_of_a_step_writes_nothing_more()
    {
        using var scene = new RunnerScene(("switch", Does(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new StepResult.Done();
        })));
        var run = scene.RunAsync();
        await scene.Stop.CancelAsync();
        Assert.Equal(RunEnd.HandedOver, await run);
        Assert.Equal("StepDone", scene.Written);
    }

    [Fact]
    public async Task Lost_ownership_ends_the_run_before_the_next_step()
    {
        using var scene = new RunnerScene();
        scene.Journal.BeforeWrite = _ => scene.Journal.Owned = false;
        await Assert.ThrowsAsync<OwnershipLostException>(() => scene.RunAsync());
        Assert.Equal(("", 0), (scene.Written, scene.RunsOf("switch")));
    }

    [Fact]
    public async Task Lost_ownership_seen_by_a_step_is_no_error_of_the_step()
    {
        using var scene = new RunnerScene();
        using var other = new RunnerScene(("unpack", Does(async (context, cancellationToken) =>
        {
            scene.Drain.Cancel();
            await context.EnsureOwnedAsync(cancellationToken);
            return new StepResult.Done();
        })));
        other.Journal.Owned = false;
        await Assert.ThrowsAsync<OwnershipLostException>(() => other.RunAsync());
        Assert.Equal("", other.Written);
    }

    [Fact]
    public async Task Undo_is_durable_before_the_switch_and_there_for_the_next_attempt()
    {
        JsonObject? found = null;
        var crash = new CancellationTokenSource();
        using var scene = new RunnerScene(("switch", Does(
            async (context, cancellationToken) =>
            {
                await context.RecordUndoAsync(new JsonObject { ["previous"] = "r1" }, cancellationToken);
                await crash.CancelAsync();
                throw new OwnershipLostException();
            },
            (context, _) =>
            {
                found = context.Undo;
                return Task.FromResult<StepResult>(new StepResult.Done());
            })));
        await Assert.ThrowsAsync<OwnershipLostException>(() => scene.RunAsync());
        Assert.True(crash.IsCancellationRequested);
        await scene.RunAsync(fresh: false);
        Assert.Equal("r1", (string?)found?["previous"]);
        crash.Dispose();
    }

    [Fact]
    public async Task Failed_verification_puts_back_what_last_succeeded()
    {
        using var scene = new RunnerScene(("probe", Returns(new StepResult.Failed("status 500"))));
        await scene.RunAsync();
        Assert.Equal((Phase.RolledBack, "status 500"), (scene.State.Phase, scene.State.Outcome));
        Assert.Equal("StepDone StepDone StepFailed StepDone StepDone", scene.Written);
    }

    [Fact]
    public async Task Rollback_that_errs_beyond_its_budget_waits_for_a_person_and_goes_on_when_retried()
    {
        using var scene = new RunnerScene(
            ("probe", Returns(new StepResult.Failed("status 500"))),
            ("switch-back", Returns([.. Enumerable.Repeat(new StepResult.Errored(new IOException("read-only")), 3)])));
        for (var run = 0; run < 3; run++) await scene.RunAsync(fresh: run == 0);
        Assert.Equal((Phase.NeedsAttention, Phase.RollingBack), (scene.State.Phase, scene.State.Attention!.ResumesIn));
        scene.Journal.Apply(new DeploymentEvent.Retried(scene.Time.GetUtcNow(), "kim"));
        await scene.RunAsync(fresh: false);
        Assert.Equal(Phase.RolledBack, scene.State.Phase);
    }

    [Fact]
    public async Task Rollback_that_takes_too_long_waits_for_a_person_and_has_its_time_anew_when_retried()
    {
        using var scene = new RunnerScene(
            ("probe", Returns(new StepResult.Failed("status 500"))),
            ("switch-back", Returns(new StepResult.Running(TimeSpan.FromMinutes(6), "0 of 2 healthy"), new StepResult.Running(TimeSpan.FromMinutes(4), "1 of 2 healthy"))));
        await scene.RunAsync();
        scene.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(RunEnd.Finished, await scene.RunAsync(fresh: false));
        Assert.Equal(Phase.NeedsAttention, scene.State.Phase);
        Assert.Equal(
            new Attention(
                "it did not finish within 300 seconds", "mend the cause and retry the deployment, or cancel it to give the rollback up", Phase.RollingBack),
            scene.State.Attention);
        scene.Time.Advance(TimeSpan.FromHours(1));
        scene.Journal.Apply(new DeploymentEvent.Retried(scene.Time.GetUtcNow(), "kim"));
        Assert.Equal(RunEnd.Sleeping, await scene.RunAsync(fresh: false));
        scene.Time.Advance(TimeSpan.FromMinutes(4));
        await scene.RunAsync(fresh: false);
        Assert.Equal((Phase.RolledBack, "status 500"), (scene.State.Phase, scene.State.Outcome));
    }

    [Fact]
    public async Task Step_that_this_node_lacks_waits_for_a_person()
    {
        using var scene = new RunnerScene();
        scene.NodeLacks("switch");
        Assert.Equal(RunEnd.Finished, await scene.RunAsync());
        Assert.Equal(Phase.NeedsAttention, scene.State.Phase);
        Assert.Contains("test.switch", scene.State.Attention!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Active_deployment_whose_plan_has_no_current_step_is_an_error_and_no_end()
    {
        using var scene = new RunnerScene();
        scene.Journal.Replace(scene.State with { Cursor = 7 });
        await Assert.ThrowsAsync<InvalidOperationException>(() => scene.RunAsync(fresh: false));
        scene.Journal.Apply(new DeploymentEvent.AttentionNeeded(scene.Time.GetUtcNow(), "no step 8", "cancel it"));
        scene.Journal.Apply(new DeploymentEvent.CancelRequested(scene.Time.GetUtcNow(), "kim", null));
        Assert.Equal(RunEnd.Finished, await scene.RunAsync(fresh: false));
        Assert.Equal(Phase.Cancelled, scene.State.Phase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Journal_that_fails_inside_a_step_ends_the_run_and_is_no_error_of_the_step(bool caughtByTheStep)
    {
        async Task<StepResult> Switch(StepContext context, CancellationToken cancellationToken)
        {
            try
            {
                await context.RecordUndoAsync(new JsonObject { ["previous"] = "v1" }, cancellationToken);
            }
            catch (IOException exception) when (caughtByTheStep)
            {
                return new StepResult.Errored(exception);
            }

            return new StepResult.Done();
        }

        using var scene = new RunnerScene(("switch", Does(Switch, Switch)));
        scene.Journal.BeforeWrite = name =>
        {
            if (name == "UndoRecorded") throw new IOException("the database is not available");
        };
        await Assert.ThrowsAsync<IOException>(() => scene.RunAsync());
        Assert.Equal(0, scene.State.CurrentRecord!.Errors);
        scene.Journal.BeforeWrite = _ => { };
        await scene.RunAsync(fresh: false);
        Assert.Equal((Phase.Succeeded, 0, 2), (scene.State.Phase, scene.State.Steps[1].Errors, scene.State.Steps[1].Attempt));
    }

    [Fact]
    public async Task Journal_that_failed_inside_a_step_that_coped_with_it_hides_no_error_of_a_later_step()
    {
        using var scene = new RunnerScene(
            ("unpack", Does(async (context, cancellationToken) =>
            {
                await Assert.ThrowsAsync<IOException>(() => context.RecordUndoAsync(new JsonObject { ["previous"] = "v1" }, cancellationToken));
                return new StepResult.Done();
            })),
            ("switch", Does((_, _) => throw new InvalidDataException("no release"))));
        scene.Journal.BeforeWrite = name =>
        {
            if (name == "UndoRecorded") throw new IOException("the database is not available");
        };
        Assert.Equal(RunEnd.Sleeping, await scene.RunAsync());
        Assert.Equal(("no release", 1), (scene.State.Steps[1].Message, scene.State.Steps[1].Errors));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_that_races_a_wait_stops_at_once(bool errs)
    {
        using var scene = new RunnerScene(("unpack", Returns(
            errs ? new StepResult.Errored(new IOException("reset")) : new StepResult.Running(TimeSpan.FromMinutes(4), "1 of 2 healthy"))));
        scene.Journal.BeforeWrite = name =>
        {
            if (name is "StepWaiting" or "StepErrored" && scene.State.Cancel is null)
                scene.Journal.Apply(new DeploymentEvent.CancelRequested(scene.Time.GetUtcNow(), "kim", null));
        };
        Assert.Equal(RunEnd.Finished, await scene.RunAsync());
        Assert.Equal((Phase.Cancelled, StepStatus.Skipped), (scene.State.Phase, scene.State.Steps[0].Status));
    }

    [Fact]
    public async Task Log_lines_carry_the_step()
    {
        using var scene = new RunnerScene(("unpack", Does((context, _) =>
        {
            context.Log("12 files");
            return Task.FromResult<StepResult>(new StepResult.Done());
        })));
        await scene.RunAsync();
        Assert.Equal(["unpack: 12 files"], scene.Journal.Lines);
    }
}
