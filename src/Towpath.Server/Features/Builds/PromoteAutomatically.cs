using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.Builds;

/// <summary>Requests a new build for the environments whose <c>auto_deploy</c> it matches: work that was saved with the build.</summary>
public sealed class PromoteAutomatically(IStore store, Configurations configurations, Promotions promotions, EngineServices services) : IWorkHandler
{
    private const string Name = "promote-automatically";

    public string Kind => Name;

    public static Change Work(Build build) =>
        new Change.EnqueueWork(new WorkItem { Kind = Name, Queue = $"{Name}:{build.Application}", Subject = build.Id });

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        var configuration = await configurations.CurrentAsync(signals.Stop);
        if (await store.Builds.GetAsync(work.Subject, signals.Stop) is { } build && configuration.FindApplication(build.Application) is { } application)
        {
            await promotions.AutomaticAsync(application, build, work.Fence, signals.Stop);
            await services.FinishAsync(work, await WatchesAsync(application, build, signals.Stop), signals.Stop);
            return;
        }

        await services.FinishAsync(work, [], signals.Stop);
    }

    /// <summary>A push may wait for the build of its commit, on a branch that the report did not name.</summary>
    private async Task<IReadOnlyList<Change>> WatchesAsync(ApplicationSpec application, Build build, CancellationToken cancellationToken) =>
        application.Repository is { } name && await store.Facts.RepositoryAsync(name, cancellationToken) is { } repository ? Looks.Again(repository.RepositoryId, build.Commit) : [];
}
