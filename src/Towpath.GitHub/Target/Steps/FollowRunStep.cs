using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target.Steps;

/// <summary>Follows exactly the run that was dispatched to its end, and takes its conclusion for the outcome (row C5).</summary>
internal sealed class FollowRunStep(IRepositoryFinder finder, ActionsApi actions, OwnWork own, TimeProvider time) : GitHubStep(finder, time)
{
    public const string Name = "github.follow-run";

    /// <summary>A run that nobody sees for so long is not coming.</summary>
    private static readonly TimeSpan Appears = TimeSpan.FromMinutes(2);

    private readonly RunSearch _search = new(actions, own);

    public override string Kind => Name;

    // `within` of the spec ends it; GitHub waits 30 days for a review.
    public override StepPolicy Policy { get; } = new(TimeSpan.FromDays(31), ErrorBudget: 20);

    protected override async Task<StepResult> RunAsync(GitHubRun run, CancellationToken cancellationToken)
    {
        var elapsed = Time.GetUtcNow() - run.Context.StartedAt;
        if (await FindAsync(run, _search, run.IsRollback, cancellationToken) is not { } found) return await NotSeenAsync(run, elapsed, cancellationToken);
        if (await actions.FindRunAsync(run.Repository, found, cancellationToken) is not { } seen) return new StepResult.Failed($"workflow run {found} of {run.Repository} is gone: somebody deleted it, and its outcome is not known");
        await NoteAsync(run, seen, cancellationToken);
        if (seen.Status == "completed") return await EndAsync(run, seen, cancellationToken);
        var progress = $"{Words(seen)} ({LinkOf(seen)})";
        return elapsed > run.Inputs.Within
            ? new StepResult.Failed($"the run did not end within {Pace.Words(run.Inputs.Within)}: {progress}")
            : new StepResult.Running(Pace.After(elapsed, run.Inputs.Within), progress);
    }

    /// <summary>GitHub's id of the run: as it was told, as this step noted it, or by what it was given.</summary>
    internal static async Task<long?> FindAsync(GitHubRun run, RunSearch search, bool rollback, CancellationToken cancellationToken)
    {
        if (IdIn(run.RecordOf(DispatchStep.Name, rollback)?.Outputs) is { } told) return told;
        if (IdIn(run.RecordOf(Name, rollback)?.Undo) is { } noted) return noted;
        var token = run.TokenOf(DispatchStep.Name, rollback) ?? throw new InvalidOperationException("a run is followed that no step dispatched");
        return await search.FindAsync(run.Repository, run.Inputs.Workflow!, token, DispatchStep.SinceOf(run.Context.Deployment), cancellationToken) is RunFinding.Found { Run: var found } ? found.Id : null;
    }

    private static long? IdIn(JsonObject? noted) => noted?[DispatchStep.RunId] is JsonValue value && value.TryGetValue<long>(out var id) ? id : null;

    /// <summary>So that a search is made once.</summary>
    private static async Task NoteAsync(GitHubRun run, WorkflowRun seen, CancellationToken cancellationToken)
    {
        if (IdIn(run.RecordOf(DispatchStep.Name, run.IsRollback)?.Outputs) is null && IdIn(run.Context.Undo) is null)
            await run.Context.RecordUndoAsync(new JsonObject { [DispatchStep.RunId] = seen.Id }, cancellationToken);
    }

    private async Task<StepResult> NotSeenAsync(GitHubRun run, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        if (elapsed <= Appears) return new StepResult.Running(TimeSpan.FromSeconds(2), "GitHub does not show the run yet");
        var token = run.TokenOf(DispatchStep.Name, run.IsRollback)!;
        var finding = await _search.FindAsync(run.Repository, run.Inputs.Workflow!, token, DispatchStep.SinceOf(run.Context.Deployment), cancellationToken);
        return new StepResult.Failed(finding is RunFinding.Unclear { One: var one }
            ? DispatchStep.Unclear(run.Inputs, one)
            : $"the workflow {run.Inputs.Workflow} was dispatched, and GitHub shows no run of it: look at its runs in {run.Repository} before it is deployed again");
    }

    private async Task<StepResult> EndAsync(GitHubRun run, WorkflowRun seen, CancellationToken cancellationToken)
    {
        if (seen.Conclusion == "success")
        {
            run.Context.Log($"{Words(seen)} ({LinkOf(seen)})");
            return new StepResult.Done(new JsonObject { [FollowStep.LogUrl] = StatusWords.LinkOf(seen.HtmlUrl) });
        }

        return new StepResult.Failed($"{Words(seen)}{await WhereAsync(run, seen, cancellationToken)} (log: {LinkOf(seen)})");
    }

    /// <summary>The first job and step that did not succeed.</summary>
    private async Task<string> WhereAsync(GitHubRun run, WorkflowRun seen, CancellationToken cancellationToken)
    {
        await foreach (var job in actions.JobsAsync(run.Repository, seen.Id, cancellationToken).Take(100).WithCancellation(cancellationToken))
        {
            if (job.Conclusion is null or "success" or "skipped" or "neutral") continue;
            var step = job.Steps?.FirstOrDefault(s => s.Conclusion is not (null or "success" or "skipped" or "neutral"))?.Name;
            return $" in job {PlainText.Of(job.Name, 100)}{(step is null ? "" : $", step {PlainText.Of(step, 100)}")}";
        }

        return "";
    }

    private static string Words(WorkflowRun run) => run switch
    {
        { Status: "waiting" } => $"run {run.RunNumber} waits for a review at GitHub",
        { Status: not "completed" } => $"run {run.RunNumber} is {PlainText.Of(run.Status ?? "there", 20).Replace('_', ' ')}",
        { Conclusion: "success" } => $"run {run.RunNumber} succeeded",
        { Conclusion: "failure" } => $"run {run.RunNumber} failed",
        { Conclusion: "cancelled" } => $"run {run.RunNumber} was cancelled at GitHub",
        { Conclusion: "timed_out" } => $"run {run.RunNumber} took longer than GitHub allows it",
        { Conclusion: "action_required" } => $"run {run.RunNumber} was not allowed to go on",
        { Conclusion: "startup_failure" } => $"run {run.RunNumber} could not be started: the workflow file is wrong",
        _ => $"run {run.RunNumber} ended as {PlainText.Of(run.Conclusion ?? "nothing", 40).Replace('_', ' ')}",
    };

    private static string LinkOf(WorkflowRun run) => StatusWords.LinkOf(run.HtmlUrl) ?? $"run {run.Id}";
}
