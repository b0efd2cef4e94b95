using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Evaluates the gates of deployments that have not started, and saves the answer where it changed.</summary>
public sealed class GateEvaluations(IStore store, GateInputs inputs, Transitions transitions, DeploymentPlanner planner, TimeProvider time)
{
    /// <param name="id">The deployment.</param>
    /// <param name="fence">Of the row that asks for it.</param>
    /// <param name="cancellationToken">Cancels between tries.</param>
    /// <returns>The deployment as it is now.</returns>
    /// <exception cref="OwnershipLostException">Another node owns the row now.</exception>
    public async Task<Deployment?> EvaluateAsync(DeploymentId id, Fence? fence, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.Deployments.GetAsync(id, cancellationToken) is not { } deployment) return null;
            if (deployment.Phase is not (Phase.Waiting or Phase.Queued)) return deployment;
            var reading = await inputs.ReadAsync(deployment, cancellationToken);
            if (IsKnown(deployment, reading)) return deployment;
            if (DeploymentMachine.Apply(deployment, Evaluated(reading)) is not Next next) return deployment;
            // An answer to what is no longer so must not be saved: whoever saw the newer state may have found nothing to save, and nobody would look again.
            var commit = new Commit { Fence = fence, Changes = [.. transitions.Of(deployment, next), .. reading.Expectations] };
            var outcome = await store.CommitAsync(commit, cancellationToken);
            if (outcome is CommitOutcome.Committed) return next.Deployment;
            if (outcome is CommitOutcome.Fenced) throw new OwnershipLostException();
        }
    }

    public DeploymentEvent.GatesEvaluated Evaluated(GateReading reading) =>
        new(time.GetUtcNow(), reading.Gates, reading.PolicyRevision, reading.Configuration.Source,
            reading.Environment is { } environment ? planner.Capability(environment) : null);

    /// <summary>Nothing to save: the same answer under the same policy.</summary>
    private static bool IsKnown(Deployment deployment, GateReading reading) =>
        deployment.Gates is { } known
        && known.IsOpen == (deployment.Phase == Phase.Queued)
        && string.Equals(deployment.PolicyRevision, reading.PolicyRevision, StringComparison.Ordinal)
        && string.Equals(Text(known), Text(reading.Gates), StringComparison.Ordinal);

    private static string Text(GateResult gates) => JsonSerializer.Serialize(gates, CoreJson.Default.GateResult);
}
