using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Workflows and their runs (GitHub REST API, "Workflows", "Workflow runs").</summary>
public sealed class ActionsApi(IGitHubClient github)
{
    /// <summary>
    /// <c>POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches</c>: the run that it started; null where the server does not say. Give the workflow an input that its
    /// <c>run-name</c> shows in any case: where the answer is lost, the run is found by it.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="workflow">The file's name, such as <c>deploy.yml</c>.</param>
    /// <param name="dispatch">The ref and the inputs.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<DispatchedRun?> DispatchAsync(GitHubRepository repository, string workflow, WorkflowDispatch dispatch, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Post(repository.Caller, $"starting the workflow {workflow} of {repository}", $"repos/{repository.Owner}/{repository.Name}/actions/workflows/{workflow}/dispatches")
            .In(repository).Briefly().With(dispatch, ActionsJson.Default.WorkflowDispatch);
        return (await github.SendAsync(request, ActionsJson.Default.DispatchedRun, cancellationToken)).Value;
    }

    /// <summary><c>GET /repos/{owner}/{repo}/actions/runs/{run_id}</c></summary>
    public Task<WorkflowRun?> FindRunAsync(GitHubRepository repository, long id, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading workflow run {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/actions/runs/{id}").In(repository).Briefly(), ActionsJson.Default.WorkflowRun, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs</c>, newest first: those created since then for that event.</summary>
    public IAsyncEnumerable<WorkflowRun> RunsOfAsync(GitHubRepository repository, string workflow, string eventName, DateTimeOffset since, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(
            repository.Caller, $"listing runs of the workflow {workflow} of {repository}",
            $"repos/{repository.Owner}/{repository.Name}/actions/workflows/{workflow}/runs?event={eventName}&created={$">={since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"}&per_page=100").In(repository).Briefly(),
        ActionsJson.Default.WorkflowRunPage, page => page.WorkflowRuns, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/actions/runs?head_sha=</c>: the runs of a commit, newest first.</summary>
    public IAsyncEnumerable<WorkflowRun> RunsAtAsync(GitHubRepository repository, string sha, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing runs of a commit of {repository}", $"repos/{repository.Owner}/{repository.Name}/actions/runs?head_sha={sha}&per_page=100").In(repository).Briefly(),
        ActionsJson.Default.WorkflowRunPage, page => page.WorkflowRuns, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs</c>: those of its last attempt.</summary>
    public IAsyncEnumerable<WorkflowJob> JobsAsync(GitHubRepository repository, long run, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing jobs of workflow run {run} of {repository}", $"repos/{repository.Owner}/{repository.Name}/actions/runs/{run}/jobs?per_page=100").In(repository).Briefly(),
        ActionsJson.Default.WorkflowJobPage, page => page.Jobs, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}</c></summary>
    public Task<Workflow?> FindWorkflowAsync(GitHubRepository repository, string workflow, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading the workflow {workflow} of {repository}", $"repos/{repository.Owner}/{repository.Name}/actions/workflows/{workflow}").In(repository).Briefly(), ActionsJson.Default.Workflow, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments</c>: the environments that it waits for.</summary>
    public Task<IReadOnlyList<PendingDeployment>> PendingAsync(GitHubRepository repository, long run, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Get(repository.Caller, $"reading what workflow run {run} of {repository} waits for", $"repos/{repository.Owner}/{repository.Name}/actions/runs/{run}/pending_deployments").In(repository),
        ActionsJson.Default.IReadOnlyListPendingDeployment, cancellationToken);

    /// <summary><c>POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel</c>: false where it is over already.</summary>
    public async Task<bool> CancelAsync(GitHubRepository repository, long id, CancellationToken cancellationToken) =>
        (await github.SendAsync(
            GitHubRequest.Post(repository.Caller, $"cancelling workflow run {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/actions/runs/{id}/cancel").In(repository).Briefly() with { IsRepeatable = true, IsContent = false, Answers = [409] },
            cancellationToken)).Status != 409;
}

/// <param name="Ref">The branch or tag whose workflow file is taken.</param>
/// <param name="Inputs">At most 25.</param>
public sealed record WorkflowDispatch(string Ref, IReadOnlyDictionary<string, string>? Inputs = null)
{
    /// <summary>Asks which run it starts. Null for old servers, which do not know the question.</summary>
    public bool? ReturnRunDetails { get; init; } = true;
}

public sealed record DispatchedRun(long WorkflowRunId, string? HtmlUrl = null);

public sealed record WorkflowRun
{
    public required long Id { get; init; }

    /// <summary>What <c>run-name</c> gave; the workflow's name is <see cref="Name"/>.</summary>
    public string? DisplayTitle { get; init; }

    public string? Name { get; init; }

    /// <summary>The workflow's file, such as <c>.github/workflows/deploy.yml</c>, at times with <c>@</c> and the ref behind it.</summary>
    public string? Path { get; init; }

    public long? WorkflowId { get; init; }
    public string? Event { get; init; }

    /// <summary>As GitHub names it: <c>queued</c>, <c>in_progress</c>, <c>completed</c>, <c>waiting</c> and others.</summary>
    public string? Status { get; init; }

    /// <summary>As GitHub names it: <c>success</c>, <c>failure</c>, <c>cancelled</c> and others; null while it is not completed.</summary>
    public string? Conclusion { get; init; }

    public required string HeadSha { get; init; }

    /// <summary>Null of runs without a branch.</summary>
    public string? HeadBranch { get; init; }

    public int RunAttempt { get; init; }
    public long RunNumber { get; init; }
    public GitHubAccount? Actor { get; init; }
    public RepositoryName? HeadRepository { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public string? HtmlUrl { get; init; }
}

public sealed record WorkflowJob
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public string? Status { get; init; }
    public string? Conclusion { get; init; }
    public string? HtmlUrl { get; init; }
    public IReadOnlyList<WorkflowStep>? Steps { get; init; }
}

public sealed record WorkflowStep(string Name, string? Status = null, string? Conclusion = null);

/// <param name="Id">GitHub's id.</param>
/// <param name="Name">As its file calls it.</param>
/// <param name="Path">The file.</param>
/// <param name="State"><c>active</c>, or why it is none.</param>
public sealed record Workflow(long Id, string Name, string Path, string State);

/// <param name="Environment">What a job of the run waits for.</param>
public sealed record PendingDeployment(PendingEnvironment Environment);

/// <param name="Name">As GitHub calls it.</param>
public sealed record PendingEnvironment(string? Name = null);

internal sealed record WorkflowJobPage(IReadOnlyList<WorkflowJob> Jobs);

internal sealed record WorkflowRunPage(IReadOnlyList<WorkflowRun> WorkflowRuns);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(WorkflowDispatch))]
[JsonSerializable(typeof(DispatchedRun))]
[JsonSerializable(typeof(WorkflowRun))]
[JsonSerializable(typeof(WorkflowRunPage))]
[JsonSerializable(typeof(WorkflowJobPage))]
[JsonSerializable(typeof(IReadOnlyList<PendingDeployment>))]
[JsonSerializable(typeof(Workflow))]
internal sealed partial class ActionsJson : JsonSerializerContext;
