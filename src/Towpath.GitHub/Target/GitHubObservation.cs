using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target;

/// <summary>What is deployed to an environment, as GitHub says: the newest deployment that succeeded and is not inactive.</summary>
internal sealed class GitHubObservation(DeploymentsApi deployments)
{
    /// <summary>Further back nobody looks.</summary>
    private const int MostDeployments = 20;

    public async Task<Observation> OfAsync(GitHubRepository repository, string environment, TargetLook look, CancellationToken cancellationToken)
    {
        var where = $"{PlainText.Of(environment, 100)} of {repository}";
        var (newest, isAny) = ((Seen?)null, false);
        await foreach (var deployment in deployments.ListAsync(repository, new DeploymentFilter(environment), cancellationToken).Take(MostDeployments).WithCancellation(cancellationToken))
        {
            isAny = true;
            var seen = new Seen(deployment, await NewestAsync(repository, deployment.Id, cancellationToken));
            newest ??= seen;
            if (seen.Status?.State == "success") return Of(where, look, seen, newest);
        }

        return !isAny ? new Observation { Health = TargetHealth.Nothing, Summary = $"nothing was ever deployed to {where}" }
            : newest is { IsGoing: true } going ? new Observation { Health = TargetHealth.Changing, Summary = $"{Short(going)} is being deployed to {where}" }
            : new Observation { Health = TargetHealth.Unhealthy, Summary = $"no deployment to {where} stands as successful; the newest is of {Short(newest!)}: {newest!.Status?.State}" };
    }

    private async Task<GitHubDeploymentStatus?> NewestAsync(GitHubRepository repository, long id, CancellationToken cancellationToken)
    {
        await foreach (var status in deployments.StatusesAsync(repository, id, cancellationToken)) return status;
        return null;
    }

    private static Observation Of(string where, TargetLook look, Seen runs, Seen newest) => new()
    {
        Health = newest.IsGoing ? TargetHealth.Changing : newest.Deployment.Id == runs.Deployment.Id ? TargetHealth.Healthy : TargetHealth.Unhealthy,
        Summary = $"{where} has {Short(runs)}"
            + (newest.Deployment.Id == runs.Deployment.Id ? "" : newest.IsGoing ? $", and {Short(newest)} is being deployed" : $"; the deployment of {Short(newest)} after it ended as {newest.Status?.State}"),
        Artifacts = look.Artifacts is [{ Kind: ArtifactKind.Commit, Name: var name }] ? [Artifact.OfCommit(name, runs.Deployment.Sha)] : [],
        Since = runs.Status?.CreatedAt,
    };

    private static string Short(Seen seen) => PlainText.Of(CommitName.Short(seen.Deployment.Sha), 40);

    private sealed record Seen(GitHubDeployment Deployment, GitHubDeploymentStatus? Status)
    {
        public bool IsGoing => Status?.State is null or "pending" or "queued" or "in_progress";
    }
}
