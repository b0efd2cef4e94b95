using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;

namespace Towpath.Core.Deployments;

/// <summary>Why a run ended.</summary>
public enum RunEnd
{
    /// <summary>The deployment ended, or does not run any more.</summary>
    Finished,

    /// <summary>It sleeps until an instant that the journal has.</summary>
    Sleeping,

    /// <summary>It was asked to stop between steps; another run goes on from here.</summary>
    HandedOver,
}

/// <summary>
/// Runs the steps of a started deployment, one after another, each transition journaled before the next effect. The same
/// runner works in the server and in <c>towpath deploy</c>; only the journal differs.
/// </summary>
public sealed class DeploymentRunner(StepCatalog steps, TimeProvider time)
{
    /// <summary>A timer takes no more than 49 days; no single look of a step comes near it.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly DateTimeOffset _since = time.GetUtcNow();

    /// <param name="deployment">The deployment, read or written under the journal's claim just now.</param>
    /// <param name="fresh">True when its current step was marked as started by this claim: then it is the first attempt, not a resumption.</param>
    /// <param name="journal">Where transitions go.</param>
    /// <param name="signals">What may interrupt it.</param>
    /// <exception cref="OwnershipLostException">Another node owns it now.</exception>
    public async Task<RunEnd> RunAsync(Deployment deployment, bool fresh, IJournal journal, RunSignals signals)
    {
        var run = new DeploymentRun(deployment, journal, time);
        while (true)
        {
            if (run.Deployment is { Cancel: not null, Phase: Phase.Running or Phase.Verifying })
            {
                await run.ApplyAsync(at => new DeploymentEvent.Stopped(at), signals.Stop);
                fresh = true;
                continue;
            }

            if (run.Deployment.CurrentStep is not { } planned)
                return run.Deployment.Phase is Phase.Running or Phase.Verifying or Phase.RollingBack
                    ? throw new InvalidOperationException($"its plan has no step {run.Deployment.Cursor + 1} to go on with")
                    : RunEnd.Finished;
            if (signals.Drain.IsCancellationRequested) return RunEnd.HandedOver;
            if (steps.Find(planned.Kind) is not { } step)
            {
                await run.ApplyAsync(
                    at => new DeploymentEvent.AttentionNeeded(at, $"this node has no step '{planned.Kind}'", "run a version of Towpath that has it, then retry"), signals.Stop);
                return RunEnd.Finished;
            }

            if (!fresh && run.Deployment.CurrentRecord is { Waits: false })
                await run.ApplyAsync(at => new DeploymentEvent.StepStarted(at), signals.Stop);
            var before = (run.Deployment.Phase, run.Deployment.Cursor);
            if (await RunStepAsync(run, step, signals) is not { } happened)
            {
                if (signals.Stop.IsCancellationRequested) return RunEnd.HandedOver;
                await run.ReadAgainAsync(signals.Stop);
                // Interrupted for nothing that the state has: somebody claims it anew, with fresh signals.
                if (run.Deployment.Cancel is null) return RunEnd.HandedOver;
                fresh = true;
                continue;
            }

            await run.ApplyAsync(_ => happened, signals.Stop);
            if (run.Deployment.CurrentRecord is { Waits: true }) return RunEnd.Sleeping;
            fresh = before != (run.Deployment.Phase, run.Deployment.Cursor);
        }
    }

    /// <summary>Null when the step was interrupted and nothing is known about its end.</summary>
    private async Task<DeploymentEvent?> RunStepAsync(DeploymentRun run, IStep step, RunSignals signals)
    {
        run.ForgetJournalFailure();
        var record = WithoutOutage(run.Deployment.CurrentRecord!);
        var left = (record.StartedAt ?? time.GetUtcNow()) + step.Policy.Timeout - time.GetUtcNow();
        if (left <= TimeSpan.Zero) return TimedOut(run.Deployment.Phase, step);
        using var limit = new CancellationTokenSource(left < LongestTimer ? left : LongestTimer, time);
        var interrupt = run.Deployment.Phase == Phase.RollingBack ? CancellationToken.None : signals.Cancel;
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop, interrupt, limit.Token);
        try
        {
            var context = new StepContext(run.Deployment, run.Deployment.CurrentStep!, record, run);
            var result = await step.RunAsync(context, linked.Token);
            if (result is StepResult.Errored) run.ThrowWhereJournalFailed();
            return EventOf(result, step, record);
        }
        catch (OperationCanceledException) when (linked.IsCancellationRequested)
        {
            return limit.IsCancellationRequested && !signals.Stop.IsCancellationRequested && !interrupt.IsCancellationRequested ? TimedOut(run.Deployment.Phase, step) : null;
        }
        catch (OwnershipLostException)
        {
            throw;
        }
#pragma warning disable CA1031 // The step executor is one of the two places that catch everything: an error of a step is a result.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            run.ThrowWhereJournalFailed();
            return EventOf(new StepResult.Errored(exception), step, record);
        }
    }

    /// <summary>The time while nobody ran it is not the step's: after a night's outage it is observed, not given up.</summary>
    private StepRecord WithoutOutage(StepRecord record) => record.StartedAt < _since ? record with { StartedAt = _since } : record;

    private DeploymentEvent EventOf(StepResult result, IStep step, StepRecord record)
    {
        var now = time.GetUtcNow();
        return result switch
        {
            StepResult.Done done => new DeploymentEvent.StepDone(now, done.Outputs),
            StepResult.Running running => new DeploymentEvent.StepWaiting(now, now + running.RetryAfter, running.Progress),
            StepResult.Failed failed => new DeploymentEvent.StepFailed(now, failed.Reason),
            StepResult.Superseded superseded => new DeploymentEvent.StepSuperseded(now, superseded.Reason),
            StepResult.Errored errored => new DeploymentEvent.StepErrored(
                now, errored.Exception.Message, step.Policy.ErrorBudget, now + StepPolicy.BackOff(record.Errors + 1)),
            _ => throw new InvalidOperationException($"step {step.Kind} returned {result.GetType().Name}"),
        };
    }

    /// <summary>Forward, a rollback settles what nobody knows. Of a rollback itself nobody knows how far it came, and only a person can settle that.</summary>
    private DeploymentEvent TimedOut(Phase phase, IStep step)
    {
        var reason = $"it did not finish within {step.Policy.Timeout.TotalSeconds:0} seconds";
        return phase == Phase.RollingBack
            ? new DeploymentEvent.AttentionNeeded(time.GetUtcNow(), reason, Words.MendRollback)
            : new DeploymentEvent.StepFailed(time.GetUtcNow(), reason);
    }
}

/// <summary>What may interrupt a run.</summary>
/// <param name="Stop">Stop at once: the process ends or another node owns the deployment.</param>
/// <param name="Drain">Stop before the next step.</param>
/// <param name="Cancel">Somebody asked to cancel the deployment.</param>
public readonly record struct RunSignals(CancellationToken Stop, CancellationToken Drain, CancellationToken Cancel);

/// <summary>The state of one run: the newest known deployment, and the transitions that it writes.</summary>
internal sealed class DeploymentRun(Deployment deployment, IJournal journal, TimeProvider time) : IStepHost
{
    private ExceptionDispatchInfo? _failure;

    public Deployment Deployment { get; private set; } = deployment;

    /// <summary>Applies an event to the newest state. Where it cannot happen any more, the state is only read again.</summary>
    public async Task ApplyAsync(Func<DateTimeOffset, DeploymentEvent> happened, CancellationToken cancellationToken)
    {
        while (DeploymentMachine.Apply(Deployment, happened(time.GetUtcNow())) is Next next)
        {
            switch (await journal.WriteAsync(Deployment, next, cancellationToken))
            {
                case JournalWrite.Written:
                    Deployment = next.Deployment;
                    return;
                case JournalWrite.Conflict:
                    await ReadAgainAsync(cancellationToken);
                    break;
                case JournalWrite.Fenced:
                    throw new OwnershipLostException();
            }
        }

        await ReadAgainAsync(cancellationToken);
    }

    public async Task ReadAgainAsync(CancellationToken cancellationToken) =>
        Deployment = await journal.ReadAsync(Deployment.Id, cancellationToken);

    public Task RecordUndoAsync(JsonObject undo, CancellationToken cancellationToken) =>
        NotingFailureAsync(() => ApplyAsync(at => new DeploymentEvent.UndoRecorded(at, undo), cancellationToken));

    public Task EnsureOwnedAsync(CancellationToken cancellationToken) => NotingFailureAsync(async () =>
    {
        if (!await journal.IsOwnedAsync(cancellationToken)) throw new OwnershipLostException();
    });

    /// <summary>A journal that cannot be reached ends the run as it does between steps; it is no error of the step that met it.</summary>
    public void ThrowWhereJournalFailed() => _failure?.Throw();

    /// <summary>What one step met and coped with says nothing about the next one's errors.</summary>
    public void ForgetJournalFailure() => _failure = null;

    public void Log(string step, string text) => journal.Log(Deployment.Id, step, text);

    private async Task NotingFailureAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (exception is not (OwnershipLostException or OperationCanceledException))
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }
}
