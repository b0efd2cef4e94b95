using Towpath.Core.Targets;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target;

/// <summary>What a deployment would change: which commit GitHub has for the environment.</summary>
public sealed class GitHubPreview(IRepositoryFinder finder, DeploymentsApi deployments) : ITargetPreview
{
    public string Kind => GitHubTargetSettings.Kind;

    public async Task<PreviewResult> PreviewAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var settings = GitHubTargetSettings.Read(request.Environment.Target);
        if (WantedRepository.Of(settings, request.Key.Application, request.Repository) is not { } wanted) return new PreviewResult.Refused("the app spec names no `repository`; name it there or in the target");
        if (await finder.FindAsync(wanted, cancellationToken) is not { } repository) return new PreviewResult.Refused(GitHubTarget.NotReached(wanted.Name));
        var environment = GitHubInputsOf.EnvironmentOf(settings, request.Key, wanted.Name, request.Commit, request.Branch ?? request.Tag);
        var look = new TargetLook(request.Key, request.Environment, [new Core.Applications.ArtifactSpec(Core.Artifacts.Artifact.DefaultName, Core.Artifacts.ArtifactKind.Commit, "")], request.Repository);
        var before = await new GitHubObservation(deployments).OfAsync(repository, environment, look, cancellationToken);
        var sha = before.Artifacts is [var runs] ? runs.Reference : null;
        return new PreviewResult.Previewed(string.Equals(sha, request.Commit, StringComparison.OrdinalIgnoreCase) ? [] : [new Difference($"environment {environment} of {repository}", "commit", sha, request.Commit)]);
    }
}
