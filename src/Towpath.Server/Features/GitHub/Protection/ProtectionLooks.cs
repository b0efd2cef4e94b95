using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Apps;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>Runs that wait for an environment are looked at again when the gates of its application are.</summary>
public sealed class ProtectionLooks(IStore store, Configurations configurations, IGitHubAppSource app, EngineServices services) : IEvaluationReaction, IWorkHandler
{
    public string Kind => ProtectionWork.Look;

    public async Task<IReadOnlyList<Change>> AfterAsync(string application, CancellationToken cancellationToken)
    {
        if (app.Current is null || await store.Mirrors.WaitingAsync(cancellationToken) is not { Count: > 0 } waiting) return [];
        var repositories = ProtectionPlaces.RepositoriesOf((await configurations.CurrentAsync(cancellationToken)).FindApplication(application));
        var changes = new List<Change>();
        foreach (var asked in waiting.GroupBy(request => request.RepositoryId))
            if (await store.Facts.RepositoryAsync(asked.Key, cancellationToken) is { } repository && repositories.Contains(repository.Name))
                changes.AddRange(asked.Select(request => ProtectionWork.Of(request)));
        return changes;
    }

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals) =>
        await services.FinishAsync(work, [], signals.Stop, await AfterAsync(work.Subject, signals.Stop));
}

/// <summary>
/// Transitions after which nobody looks at gates any more: an approval, a request of a person whose gates are open at once, and an end without success. A success has
/// the gates of its application looked at in any case.
/// </summary>
internal sealed class ProtectionTransitions(IGitHubAppSource app, Configurations configurations) : ITransitionReaction
{
    public IEnumerable<Change> Of(Deployment? before, Deployment after)
    {
        if (app.Current is null || !Matters(before, after)) yield break;
        // By the configuration that this node saw last: where it is not known yet, it is looked at.
        if (configurations.Known.FindApplication(after.Key.Application) is { } known && ProtectionPlaces.RepositoriesOf(known).Count == 0) yield break;
        yield return ProtectionWork.Of(after.Key.Application);
    }

    private static bool Matters(Deployment? before, Deployment after) => after.Phase switch
    {
        Phase.Waiting => before is not null,
        Phase.Queued => before is { Phase: Phase.Waiting } || (before is null && after.Origin != Origin.Automatic),
        Phase.Failed or Phase.RolledBack or Phase.RollbackFailed or Phase.Cancelled or Phase.Superseded => before?.Phase != after.Phase,
        Phase.Running or Phase.Verifying or Phase.RollingBack or Phase.NeedsAttention or Phase.Succeeded => false,
    };
}
