using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Works on the deployment at the head of an environment's line: starts it when its gates are open just now, then runs its steps.</summary>
public sealed partial class DeploymentHandler(
    IStore store, GateInputs inputs, GateEvaluations evaluations, Transitions transitions, DeploymentPlanner planner, DeploymentRunner runner,
    EngineServices services) : IWorkHandler
{
    /// <summary>How often planning may fail technically before the answer is no.</summary>
    private const int PlanningBudget = 5;

    public string Kind => Queues.Deployment;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        var id = new DeploymentId(work.Subject);
        var log = new LogBuffer(store, id, services.Time, services.Logger);
        var journal = new StoreJournal(store, transitions, work.Fence, log);
        var deployment = await store.Deployments.GetAsync(id, signals.Stop);
        if (deployment is null or { Phase: Phase.Waiting } || deployment.Phase.IsTerminal())
        {
            await services.FinishAsync(work, [], signals.Stop);
            return;
        }

        if (deployment.Phase == Phase.Queued) deployment = await StartAsync(deployment, work, signals);
        else if (deployment.Phase == Phase.NeedsAttention) deployment = null;
        else
        {
            await RunAsync(deployment, fresh: false, journal, log, work, signals);
            return;
        }

        if (deployment is not null) await RunAsync(deployment, fresh: true, journal, log, work, signals);
    }

    /// <summary>Nothing is retried for ever unseen: what has started waits for a person, what has not gives its place in the line to the next.</summary>
    public async Task<IReadOnlyList<Change>?> GivenUpAsync(ClaimedWork work, Exception exception, CancellationToken cancellationToken)
    {
        if (await store.Deployments.GetAsync(new DeploymentId(work.Subject), cancellationToken) is not { } deployment) return null;
        // Everybody may read this, and a message may hold anything: addresses, control characters, what the store refuses.
        var (now, failure) = (services.Time.GetUtcNow(), $"in {work.Failures + 1} tries: an error inside Towpath ({exception.GetType().Name})");
        DeploymentEvent happened = deployment.Phase == Phase.Queued
            ? new DeploymentEvent.StartRefused(now, $"it could not be started {failure}; the control plane's log has the details: mend the cause and ask for it again")
            : new DeploymentEvent.AttentionNeeded(
                now, $"it could not go on {failure}",
                "the control plane's log has the details: mend the cause and retry the deployment, or cancel it");
        return DeploymentMachine.Apply(deployment, happened) is Next next ? transitions.Of(deployment, next) : null;
    }

    private async Task RunAsync(Deployment deployment, bool fresh, StoreJournal journal, LogBuffer log, ClaimedWork work, WorkSignals signals)
    {
        var end = await runner.RunAsync(deployment, fresh, journal, new RunSignals(signals.Stop, signals.Drain, signals.Wake));
        await log.FlushAsync(signals.Stop);
        if (end == RunEnd.HandedOver) await store.Work.ReleaseAsync(work.Fence, CancellationToken.None);
    }

    /// <returns>The started deployment; null when it did not start and has left the line or will be tried again.</returns>
    private async Task<Deployment?> StartAsync(Deployment deployment, ClaimedWork work, WorkSignals signals)
    {
        var isAgain = false;
        while (deployment.Phase == Phase.Queued)
        {
            var reading = isAgain ? await inputs.ReadAsync(deployment, signals.Stop) : await inputs.PresumeAsync(deployment, signals.Stop);
            isAgain = true;
            // Under another policy another node may have to do it: then it enters the line anew.
            var stands = string.Equals(deployment.PolicyRevision, reading.PolicyRevision, StringComparison.Ordinal);
            DeploymentEvent happened = reading.Gates.IsOpen && stands
                ? await PlanAsync(deployment, reading, work, signals.Stop)
                : evaluations.Evaluated(reading);
            // A plan takes its time, in which a freeze may have begun or an approval have ended.
            if (happened is DeploymentEvent.Started && reading.Gates.NextInstant() <= services.Time.GetUtcNow()) continue;
            if (DeploymentMachine.Apply(deployment, happened) is not Next next) throw new InvalidOperationException($"{happened.Name} was refused for a queued deployment");
            var commit = new Commit { Fence = work.Fence, Changes = [.. transitions.Of(deployment, next), .. reading.Expectations] };
            switch (await store.CommitAsync(commit, signals.Stop))
            {
                case CommitOutcome.Committed:
                    return next.Deployment.Phase.IsActive() ? next.Deployment : null;
                case CommitOutcome.Fenced:
                    throw new OwnershipLostException();
                default:
                    // A lock, an approval, a cancellation or another policy came in between: decide again on what is now.
                    deployment = await store.Deployments.GetAsync(deployment.Id, signals.Stop) ?? throw new InvalidOperationException($"deployment {deployment.Id} is gone");
                    break;
            }
        }

        return null;
    }

    private async Task<DeploymentEvent> PlanAsync(Deployment deployment, GateReading reading, ClaimedWork work, CancellationToken cancellationToken)
    {
        var environment = reading.Environment ?? throw new InvalidOperationException("open gates have an environment");
        try
        {
            var build = await store.Builds.GetAsync(deployment.BuildId, cancellationToken);
            var good = reading.State.KnownGood is { } known ? await store.Builds.GetAsync(known.BuildId, cancellationToken) : null;
            var request = new PlanRequest(
                deployment.Key, environment, deployment.Version, deployment.Commit, deployment.Artifacts,
                reading.State.KnownGood, good?.Artifacts ?? [], reading.Configuration.FindApplication(deployment.Key.Application)?.Repository)
            {
                Branch = build?.Branch, Tag = build?.Tag, KnownGoodCommit = good?.Commit,
            };
            return await planner.PlanAsync(request, cancellationToken) switch
            {
                PlanOutcome.Planned planned => new DeploymentEvent.Started(
                    services.Time.GetUtcNow(), reading.Gates, reading.PolicyRevision, reading.Configuration.Source, planned.Plan, reading.State.KnownGood,
                    environment.OnFailure == Core.Applications.OnFailure.Rollback),
                PlanOutcome.Refused refused => new DeploymentEvent.StartRefused(services.Time.GetUtcNow(), refused.Reason),
                var other => throw new InvalidOperationException($"the planner answered {other.GetType().Name}"),
            };
        }
        catch (Exception exception) when (exception is IExplainedFault { Kind: not RefusalKind.Technical })
        {
            return new DeploymentEvent.StartRefused(services.Time.GetUtcNow(), ((IExplainedFault)exception).Explanation);
        }
        catch (Exception exception) when (work.Failures >= PlanningBudget && exception is not (OperationCanceledException or StoreUnavailableException))
        {
            Log.PlanningGivenUp(services.Logger, exception, deployment.Id.Value);
            var why = exception is IExplainedFault fault ? fault.Explanation : exception.Message;
            return new DeploymentEvent.StartRefused(services.Time.GetUtcNow(), $"no plan could be made after {work.Failures + 1} tries: {why}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Deployment {Id}: no plan could be made")]
        public static partial void PlanningGivenUp(ILogger logger, Exception exception, string id);
    }
}
