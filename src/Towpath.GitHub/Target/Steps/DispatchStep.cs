using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target.Steps;

/// <summary>
/// Dispatches the workflow with an id of this step's own, once, however often it is killed. Where GitHub does not say which run that started, and where nobody
/// saw the answer, the run is found by that id.
/// </summary>
internal sealed class DispatchStep(IRepositoryFinder finder, ActionsApi actions, OwnWork own, TimeProvider time) : GitHubStep(finder, time)
{
    public const string Name = "github.dispatch";

    /// <summary>The input that has the id.</summary>
    public const string IdInput = "towpath_id";

    /// <summary>GitHub's id of the run, among the outputs; not there where GitHub did not say.</summary>
    public const string RunId = "workflow_run";

    /// <summary>Within this time a run is in GitHub's lists.</summary>
    internal static readonly TimeSpan Appears = TimeSpan.FromSeconds(30);

    private readonly RunSearch _search = new(actions, own);

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(GitHubRun run, CancellationToken cancellationToken)
    {
        if (run.Context.Attempt > 1)
        {
            var found = await _search.FindAsync(run.Repository, run.Inputs.Workflow!, run.Context.IdempotencyToken, SinceOf(run.Context.Deployment), cancellationToken);
            if (found is RunFinding.Found { Run: var made }) return Done(run, made.Id, made.HtmlUrl);
            if (await Settling.WaitAsync(run.Context, Time, Appears, "looks whether GitHub has started the workflow already", cancellationToken) is { } wait) return wait;
            if (found is RunFinding.Unclear { One: var one}) return new StepResult.Failed(Unclear(run.Inputs, one));
            await run.Context.EnsureOwnedAsync(cancellationToken);
        }

        var given = new Dictionary<string, string>(run.Inputs.Given, StringComparer.Ordinal) { [IdInput] = run.Context.IdempotencyToken };
        var started = await DispatchAsync(run, new WorkflowDispatch(run.Inputs.Ref, given), cancellationToken);
        return Done(run, started?.WorkflowRunId, started?.HtmlUrl);
    }

    /// <summary>Runs that are older are none of this deployment's.</summary>
    internal static DateTimeOffset SinceOf(Deployment deployment) => deployment.StartedAt ?? deployment.RequestedAt;

    internal static string Unclear(GitHubInputs inputs, WorkflowRun one) =>
        $"it is not known whether the workflow {inputs.Workflow} was started: runs such as {one.HtmlUrl ?? $"{one.Id}"} may be it, and do not show what they were given. "
        + $"Look there before it is deployed again, and let the workflow show it: run-name: deploy ${{{{ inputs.{IdInput} }}}}";

    private async Task<DispatchedRun?> DispatchAsync(GitHubRun run, WorkflowDispatch dispatch, CancellationToken cancellationToken)
    {
        try
        {
            return await actions.DispatchAsync(run.Repository, run.Inputs.Workflow!, dispatch, cancellationToken);
        }
        catch (GitHubException e) when (e.Status == 422 && e.Failure.ToString().Contains("return_run_details", StringComparison.Ordinal))
        {
            // A server that is too old for the question has started nothing.
            return await actions.DispatchAsync(run.Repository, run.Inputs.Workflow!, dispatch with { ReturnRunDetails = null }, cancellationToken);
        }
    }

    private static StepResult.Done Done(GitHubRun run, long? id, string? url)
    {
        run.Context.Log(id is null ? $"{run.Inputs.Workflow} was dispatched in {run.Repository}" : $"{run.Inputs.Workflow} runs in {run.Repository}: {StatusWords.LinkOf(url) ?? $"run {id}"}");
        var outputs = new JsonObject { ["github_repository"] = run.Repository.FullName };
        if (id is { } known) outputs[RunId] = known;
        return new StepResult.Done(outputs);
    }
}
