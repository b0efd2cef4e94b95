using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target.Steps;

/// <summary>
/// The first step of a rollback: what was started does not go on. A run is cancelled, and has ended before anything else begins. Whoever listens to
/// deployments cannot be stopped; they and everybody else see that it is over.
/// </summary>
internal sealed class StopStep(IRepositoryFinder finder, DeploymentsApi deployments, ActionsApi actions, OwnWork own, TimeProvider time) : GitHubStep(finder, time)
{
    public const string Name = "github.stop";

    private readonly RunSearch _search = new(actions, own);

    public override string Kind => Name;

    public override StepPolicy Policy { get; } = new(TimeSpan.FromMinutes(30), ErrorBudget: 20);

    protected override Task<StepResult> RunAsync(GitHubRun run, CancellationToken cancellationToken) =>
        run.Inputs.Workflow is null ? CloseAsync(run, cancellationToken) : CancelAsync(run, cancellationToken);

    private async Task<StepResult> CloseAsync(GitHubRun run, CancellationToken cancellationToken)
    {
        if (run.RecordOf(CreateStep.Name, rollback: false)?.Outputs?[CreateStep.Id] is not JsonValue noted || !noted.TryGetValue<long>(out var id)) return new StepResult.Done();
        var told = await FollowStep.StatusesAsync(deployments, run, id, cancellationToken);
        if (told.Count > 0 && told[0].State is "failure" or "error" or "inactive") return new StepResult.Done();
        await run.Context.EnsureOwnedAsync(cancellationToken);
        await deployments.ReportAsync(
            run.Repository, id, new NewDeploymentStatus { State = DeploymentState.Error, Description = $"Towpath: {run.Context.Deployment.Outcome}", AutoInactive = false }, cancellationToken);
        return new StepResult.Done();
    }

    private async Task<StepResult> CancelAsync(GitHubRun run, CancellationToken cancellationToken)
    {
        if (await FollowRunStep.FindAsync(run, _search, rollback: false, cancellationToken) is not { } id || await actions.FindRunAsync(run.Repository, id, cancellationToken) is not { } seen)
            return new StepResult.Done();
        if (seen.Status == "completed")
            return seen.Conclusion == "cancelled" ? new StepResult.Done(new JsonObject { [Core.Deployments.Words.PutBackOutput] = new JsonArray($"run {seen.RunNumber}, which was cancelled") }) : new StepResult.Done();
        await run.Context.EnsureOwnedAsync(cancellationToken);
        await actions.CancelAsync(run.Repository, id, cancellationToken);
        return new StepResult.Running(TimeSpan.FromSeconds(2), $"waits until run {seen.RunNumber} has stopped ({PlainText.Of(seen.HtmlUrl ?? "", 300)})");
    }
}
