using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Applies what people decide to a deployment, by the machine's rules, in one transaction with whatever belongs to the decision.</summary>
public sealed class Decisions(IStore store, Transitions transitions, TimeProvider time)
{
    /// <param name="id">The deployment; it must exist.</param>
    /// <param name="decide">What happened, given the newest state.</param>
    /// <param name="alongside">Further changes to save with it.</param>
    /// <param name="cancellationToken">Cancels between tries.</param>
    /// <returns>The next state as it was saved, or the machine's refusal.</returns>
    public async Task<Decision> ApplyAsync(
        DeploymentId id, Func<Deployment, DateTimeOffset, DeploymentEvent> decide, Func<Deployment, IReadOnlyList<Change>>? alongside, CancellationToken cancellationToken)
    {
        while (true)
        {
            var deployment = await store.Deployments.GetAsync(id, cancellationToken) ?? throw new InvalidOperationException($"there is no deployment {id}");
            var decision = DeploymentMachine.Apply(deployment, decide(deployment, time.GetUtcNow()));
            if (decision is not Next next) return decision;
            var changes = transitions.Of(deployment, next);
            var commit = new Commit { Changes = alongside is null ? changes : [.. changes, .. alongside(deployment)] };
            if (await store.CommitAsync(commit, cancellationToken) is CommitOutcome.Committed) return next;
        }
    }
}
