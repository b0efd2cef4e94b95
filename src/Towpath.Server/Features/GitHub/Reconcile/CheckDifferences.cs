using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Reconcile;

/// <summary>Checks of commits whose deployments wait for them.</summary>
internal sealed class CheckDifferences(IStore store, GitHubChecks checks) : IDifferences
{
    private const int MostCommits = 50;

    public async Task<Differences> FindAsync(ComparedRepository repository, CancellationToken cancellationToken)
    {
        var waiting = (await store.Deployments.OpenOfAsync([.. repository.Applications.Select(application => application.Name)], cancellationToken))
            .Where(deployment => deployment.Phase == Phase.Waiting && AsksForChecks(repository, deployment)).ToArray();
        foreach (var commit in waiting.Select(deployment => deployment.Commit).Distinct(StringComparer.Ordinal).Take(MostCommits)) await checks.FetchAsync(repository.Known, commit, cancellationToken);
        return new Differences([], [.. waiting.Select(deployment => deployment.Key.Application).Distinct(StringComparer.Ordinal).Select(Transitions.EvaluateWaiting)]);
    }

    private static bool AsksForChecks(ComparedRepository repository, Deployment deployment) =>
        repository.Applications.First(application => application.Name == deployment.Key.Application).FindEnvironment(deployment.Key.Environment) is EnvironmentSpec { RequiredChecks: not null };
}
