using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>A new build may be what previews wait for: those of the pull requests that stand at its commit are looked at again.</summary>
public sealed class BuiltPreviews(IStore store, EngineServices services, Configurations configurations, GitHubRepositories repositories) : IGitHubWorkHandler
{
    private const string Name = "previews-of-build";

    /// <summary>How long after it was told what a dispute may still hide; the sweep finds the rest.</summary>
    private static readonly TimeSpan Doubtful = TimeSpan.FromDays(1);

    public string Kind => Name;

    public static Change Work(Build build) => new Change.EnqueueWork(new WorkItem { Kind = Name, Queue = $"{Name}:{build.Application}", Subject = build.Id });

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(store, services, work, async () =>
    {
        var looks = new List<Change>();
        if (await store.Builds.GetAsync(work.Subject, signals.Stop) is { } build
            && (await configurations.CurrentAsync(signals.Stop)).FindApplication(build.Application) is { Previews: not null } application
            && await repositories.FindOwnAsync(application, signals.Stop) is { } repository)
        {
            var recent = services.Time.GetUtcNow() - Doubtful;
            var pulls = (await store.Facts.PullsOfHeadAsync(repository.Id, build.Commit, signals.Stop)).Where(pull => pull.IsDisputed ? pull.UpdatedAt > recent : pull.IsOpen).Select(pull => pull.Number);
            looks.AddRange((build.Pull is { } own ? pulls.Append(own) : pulls).Distinct().Select(number => PreviewWork.Of(new PullReference(repository.Id, number))));
        }

        await services.FinishAsync(work, [], signals.Stop, looks);
    });
}
