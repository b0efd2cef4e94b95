using Towpath.Core;
using Towpath.Core.Targets;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target;

/// <summary>Whether the repository is reached, the environment is there and the workflow can be dispatched.</summary>
public sealed class GitHubInspection(IRepositoryFinder finder, EnvironmentsApi environments, ActionsApi actions) : ITargetInspection
{
    public string Kind => GitHubTargetSettings.Kind;

    public async Task<Finding> InspectAsync(TargetLook look, CancellationToken cancellationToken)
    {
        var settings = GitHubTargetSettings.Read(look.Environment.Target);
        if (WantedRepository.Of(settings, look.Key.Application, look.Repository) is not { } wanted) return new Finding("repository", FindingState.Wrong, "the app spec names none; name it there or in the target");
        if (await finder.FindAsync(wanted, cancellationToken) is not { } repository) return new Finding($"repository {PlainText.Of(wanted.Name, 140)}", FindingState.Wrong, GitHubTarget.NotReached(wanted.Name));
        var environment = GitHubInputsOf.EnvironmentOf(settings, look.Key, wanted.Name, sha: "", branch: null);
        List<Finding> found = [new Finding($"repository {repository}", FindingState.Ok), await AtAsync($"environment {PlainText.Of(environment, 100)}", () => EnvironmentAsync(repository, environment, cancellationToken))];
        if (settings.Workflow is { } workflow) found.Add(await AtAsync($"workflow {workflow}", () => WorkflowAsync(repository, workflow, cancellationToken)));
        return Finding.Of(GitHubTargetSettings.Kind, found);
    }

    private static async Task<Finding> AtAsync(string subject, Func<Task<(FindingState State, string? Detail)>> look)
    {
        try
        {
            var (state, detail) = await look();
            return new Finding(subject, state, detail);
        }
        catch (GitHubException e) when (e.IsDenied)
        {
            return new Finding(subject, FindingState.Skipped, $"may not be looked at: {e.Explanation}") { IsDenied = true };
        }
    }

    private async Task<(FindingState, string?)> EnvironmentAsync(GitHubRepository repository, string name, CancellationToken cancellationToken) =>
        await environments.FindAsync(repository, name, cancellationToken) is null ? (FindingState.Ok, "not there yet; GitHub makes it with the first deployment") : (FindingState.Ok, null);

    private async Task<(FindingState, string?)> WorkflowAsync(GitHubRepository repository, string file, CancellationToken cancellationToken) => await actions.FindWorkflowAsync(repository, file, cancellationToken) switch
    {
        null => (FindingState.Wrong, $"there is none in .github/workflows of {repository}'s default branch; add it with `on: workflow_dispatch` and the input `towpath_id`"),
        { State: not "active" } workflow => (FindingState.Wrong, $"it is {PlainText.Of(workflow.State, 40).Replace('_', ' ')}; enable it"),
        _ => (FindingState.Ok, null),
    };
}
