using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Turns a decided transition into the changes of one transaction: state, journal entry, audit row, projection, effects.</summary>
public sealed class Transitions(TimeProvider time, IEnumerable<ITransitionReaction>? reactions = null, RetainedTargets? retained = null)
{
    private readonly IReadOnlyList<ITransitionReaction> _reactions = [.. reactions ?? []];

    public IReadOnlyList<Change> Of(Deployment before, Next next)
    {
        var changes = new List<Change> { new Change.UpdateDeployment(next.Deployment, before.Revision) };
        AddRecords(changes, before, next);
        changes.AddRange(Projection(before, next.Deployment));
        changes.AddRange(next.Effects.SelectMany(effect => Of(next.Deployment, effect)));
        // What it begins to wait for may have come true between reading and saving, when nothing waited that could be looked at.
        if (next.Deployment.Phase == Phase.Waiting && before.Phase != Phase.Waiting) changes.Add(EvaluateGates(before.Id, TimeSpan.Zero));
        changes.AddRange(_reactions.SelectMany(reaction => reaction.Of(before, next.Deployment)));
        return changes;
    }

    /// <summary>A request and what becomes of it at once, which is the first evaluation of its gates, or its adoption; saved as one.</summary>
    public IReadOnlyList<Change> OfRequest(Next requested, Next evaluated)
    {
        var changes = new List<Change> { new Change.InsertDeployment(evaluated.Deployment) };
        AddRecords(changes, requested.Deployment, requested);
        AddRecords(changes, requested.Deployment, evaluated);
        changes.AddRange(Projection(requested.Deployment, evaluated.Deployment));
        changes.AddRange(evaluated.Effects.SelectMany(effect => Of(evaluated.Deployment, effect)));
        // What it waits for may have come true between reading and saving, when nobody could know of it yet: look once more.
        if (evaluated.Deployment.Phase == Phase.Waiting) changes.AddRange(requested.Effects.SelectMany(effect => Of(evaluated.Deployment, effect)));
        changes.AddRange(_reactions.SelectMany(reaction => reaction.Of(null, evaluated.Deployment)));
        return changes;
    }

    private void AddRecords(List<Change> changes, Deployment before, Next next)
    {
        changes.Add(new Change.AppendJournal(Entry(before, next)));
        if (AuditTrail.For(before, next, Guid.CreateVersion7(time.GetUtcNow()).ToString("N")) is { } audit) changes.Add(new Change.AppendAudit(audit));
    }

    private static JournalEntry Entry(Deployment before, Next next)
    {
        var step = before.CurrentStep ?? next.Deployment.CurrentStep;
        return new JournalEntry(
            next.Deployment.Id, next.Deployment.Revision, next.Event.At, next.Event.Name, before.Phase, next.Deployment.Phase,
            step?.Name, (before.CurrentRecord ?? next.Deployment.CurrentRecord)?.Attempt ?? 0,
            JsonSerializer.Serialize(next.Event, next.Event.GetType(), CoreJson.Default));
    }

    private static IEnumerable<Change> Projection(Deployment before, Deployment after)
    {
        if (after.Phase == before.Phase) yield break;
        if (after.Phase.IsActive()) yield return new Change.SetActive(after.Key, after.Id, after.Phase);
        else if (before.Phase.IsActive() || after.Phase is Phase.Failed or Phase.Succeeded) yield return new Change.SetEnded(after.Key, after.Id, after.Phase);
    }

    private IEnumerable<Change> Of(Deployment deployment, Effect effect)
    {
        if (effect is Effect.Prune && retained?.IsKnownToKeepNothing(deployment.Key) is true) yield break;
        yield return ChangeOf(deployment, effect);
    }

    private Change ChangeOf(Deployment deployment, Effect effect) => effect switch
    {
        Effect.EnterLine e => new Change.EnqueueWork(new WorkItem
        {
            Kind = Queues.Deployment, Queue = Queues.Line(deployment.Key), Subject = deployment.Id.Value, Capability = e.Capability,
        }),
        Effect.LeaveLine => new Change.FinishWork(Queues.Line(deployment.Key), deployment.Id.Value),
        Effect.LookAgain e => new Change.RescheduleWork(Queues.Line(deployment.Key), deployment.Id.Value, Until(e.At)),
        Effect.Rest => new Change.RescheduleWork(Queues.Line(deployment.Key), deployment.Id.Value, TimeSpan.MaxValue),
        Effect.Wake => new Change.WakeWork(Queues.Line(deployment.Key), deployment.Id.Value),
        Effect.EvaluateWaiting => EvaluateWaiting(deployment.Key.Application),
        Effect.EvaluateSelf e => EvaluateGates(deployment.Id, e.At is { } at ? Until(at) : TimeSpan.Zero),
        Effect.SuspendAutomation e => new Change.SetSuspension(deployment.Key, new Suspension(deployment.Id, e.Reason, deployment.PhaseSince)),
        Effect.NowRuns e => new Change.SetRunning(deployment.Key, e.Version, e.Succeeded),
        Effect.NowUnknown => new Change.SetRunning(deployment.Key, null, Succeeded: false),
        Effect.Prune => new Change.EnqueueOnce(new WorkItem
        {
            Kind = Queues.Prune, Queue = Queues.Pruning(deployment.Key, deployment.Plan?.Capability), Subject = deployment.Key.ToString(), Capability = deployment.Plan?.Capability,
        }),
        _ => throw new InvalidOperationException($"nothing is known of the effect {effect.GetType().Name}"),
    };

    /// <summary>The gates of every deployment of an application that waits outside the line are looked at again.</summary>
    public static Change EvaluateWaiting(string application) => new Change.EnqueueOnce(new WorkItem
    {
        Kind = Queues.EvaluateApplication, Queue = Queues.Waiting(application), Subject = application, Payload = Queues.WaitingOnly,
    })
    {
        IfAnyWaits = application,
    };

    /// <summary>The gates of every deployment of an application that has not started are looked at again.</summary>
    public static Change EvaluateApplication(string application) => new Change.EnqueueOnce(new WorkItem
    {
        Kind = Queues.EvaluateApplication, Queue = Queues.Application(application), Subject = application,
    });

    public static Change EvaluateGates(DeploymentId id, TimeSpan delay) => new Change.EnqueueOnce(new WorkItem
    {
        Kind = Queues.EvaluateGates, Queue = Queues.Gates(id), Subject = id.Value, Delay = delay,
    });

    private TimeSpan Until(DateTimeOffset at)
    {
        var left = at - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
