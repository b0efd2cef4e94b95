using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Lets a target remove what nobody needs any more.</summary>
public sealed class PruneHandler(IStore store, Configurations configurations, IEnumerable<ITargetRetention> retentions, EngineServices services) : IWorkHandler
{
    public string Kind => Queues.Prune;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        var parts = work.Subject.Split('/');
        var key = new EnvironmentKey(parts[0], parts[1]);
        var configuration = await configurations.CurrentAsync(signals.Stop);
        if (configuration.FindEnvironment(key) is { } environment
            && retentions.FirstOrDefault(r => string.Equals(r.Kind, environment.Target.Kind, StringComparison.Ordinal)) is { } retention)
            await retention.PruneAsync(key, environment.Target, await NeededAsync(key, signals.Stop), signals.Stop);
        await services.FinishAsync(work, [], signals.Stop);
    }

    private async Task<IReadOnlyList<Digest>> NeededAsync(EnvironmentKey key, CancellationToken cancellationToken)
    {
        var state = await store.Environments.GetAsync(key, cancellationToken);
        var open = await store.Deployments.OpenAsync(key.Application, cancellationToken);
        IEnumerable<Digest?> needed =
        [
            state.Running?.Digest, state.KnownGood?.Digest,
            .. open.Where(d => d.Key == key).SelectMany(d => new Digest?[] { d.Digest, d.KnownGood?.Digest }),
        ];
        return [.. needed.OfType<Digest>().Distinct()];
    }
}
