using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Looks at the gates of one deployment, at once or when the instant has come that one of them waits for.</summary>
public sealed class EvaluateGatesHandler(GateEvaluations evaluations, EngineServices services, EvaluationReactions reactions) : IWorkHandler
{
    /// <summary>Nobody tells when GitHub answers again.</summary>
    internal static readonly TimeSpan WhileUnavailable = TimeSpan.FromMinutes(1);

    public string Kind => Queues.EvaluateGates;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        var deployment = await evaluations.EvaluateAsync(new DeploymentId(work.Subject), work.Fence, signals.Stop);
        IReadOnlyList<Change> others = deployment is null ? [] : await reactions.AfterAsync(deployment.Key.Application, signals.Stop);
        await services.FinishAsync(work, [], signals.Stop, [.. NextLook(deployment), .. others]);
    }

    private IReadOnlyList<Change> NextLook(Deployment? deployment)
    {
        if (deployment is not { Phase: Phase.Waiting, Gates: { } gates }) return [];
        if (ChecksGate.IsUnavailable(gates)) return [Transitions.EvaluateGates(deployment.Id, WhileUnavailable)];
        if (gates.NextInstant() is not { } instant) return [];
        var delay = instant - services.Time.GetUtcNow();
        return [Transitions.EvaluateGates(deployment.Id, delay > TimeSpan.Zero ? delay : TimeSpan.FromSeconds(1))];
    }
}

/// <summary>
/// Looks at the gates of deployments of an application that have not started: something happened that can change their answers. A success can only
/// open gates, so after it those that stand in line, which may be many, are left alone.
/// </summary>
public sealed class EvaluateApplicationHandler(IStore store, GateEvaluations evaluations, EngineServices services, EvaluationReactions reactions) : IWorkHandler
{
    public string Kind => Queues.EvaluateApplication;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        IReadOnlyList<Phase> phases = string.Equals(work.Payload, Queues.WaitingOnly, StringComparison.Ordinal) ? [Phase.Waiting] : [Phase.Waiting, Phase.Queued];
        var newestFirst = await store.Deployments.ListAsync(new DeploymentFilter(work.Subject, Phases: phases, Limit: int.MaxValue), signals.Stop);
        List<Change> again = [];
        foreach (var deployment in newestFirst.Reverse())
            if (await evaluations.EvaluateAsync(deployment.Id, work.Fence, signals.Stop) is { Phase: Phase.Waiting, Gates: { } gates } && ChecksGate.IsUnavailable(gates))
                again.Add(Transitions.EvaluateGates(deployment.Id, EvaluateGatesHandler.WhileUnavailable));
        await services.FinishAsync(work, [], signals.Stop, [.. again, .. await reactions.AfterAsync(work.Subject, signals.Stop)]);
    }
}
